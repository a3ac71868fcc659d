import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** All the cores; Vitest itself would leave one idle, and one of two is half. */
const cores = Math.max(2, availableParallelism());

/**
 * Two projects: `unit` stands beside the code and touches nothing outside a temporary folder;
 * `engine` drives the engine against real servers (e2e/engine) and is slower.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,electron,renderer,scripts}/**/*.test.ts'],
          environment: 'node',
          // Some start real programs, which takes its time on a busy machine.
          testTimeout: 20_000,
          maxWorkers: cores,
          isolate: false,
          setupFiles: ['scripts/testing/fresh-file.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'engine',
          include: ['e2e/{engine,article}/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Most of them wait: for a server, a back-off, a silent peer.
          maxWorkers: cores + 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
