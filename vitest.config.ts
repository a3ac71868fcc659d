import { defineConfig } from 'vitest/config';

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
        },
      },
      {
        test: {
          name: 'engine',
          include: ['e2e/{engine,article}/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
