import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** All the cores; Vitest itself would leave one idle, and one of two is half. */
const cores = Math.max(2, availableParallelism());

/** Some start real programs, which takes its time on a busy machine. */
const unit = { environment: 'node', testTimeout: 20_000, maxWorkers: cores } as const;

/**
 * Two kinds: `unit` and `unit-engine` stand beside the code and touch nothing outside a temporary folder;
 * `engine` drives the engine against real servers (e2e/engine) and is slower.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...unit,
          name: 'unit',
          include: [
            '{shared,renderer,scripts}/**/*.test.ts',
            'electron/!(engine)/**/*.test.ts',
            'electron/*.test.ts',
          ],
          isolate: false,
          setupFiles: ['scripts/testing/fresh-file.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        // A process for each file: the engine puts ciphers of its own into the ssh2 that is loaded.
        test: {
          ...unit,
          name: 'unit-engine',
          include: ['electron/engine/**/*.test.ts'],
          sequence: { groupOrder: 2 },
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
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
