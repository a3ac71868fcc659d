import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

// The program that the specs start. `npm test` sets it; a run by hand (on a display of its own) finds it here.
process.env.CULVERT_ELECTRON ??= execFileSync(
  process.execPath,
  [join(import.meta.dirname, 'scripts', 'electron-path.mjs')],
  { encoding: 'utf8' },
).trim();

/** What needs root is left out for an ordinary user; scripts/test.mjs then says so. */
const mustRunEverything = process.getuid?.() === 0 || process.env.CI === 'true';
const leftOut = mustRunEverything ? [] : ['**/*.root.spec.ts'];

/**
 * User journeys on the real Electron. One worker: the specs share a display, its one tray and its one mouse, and two
 * cores are needed by one app with its engine and an sshd.
 */
export default defineConfig({
  testDir: 'e2e',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  outputDir: 'test-results',
  projects: [
    // A project's list takes the place of one for all: what is left out must stand here.
    { name: 'app', testMatch: '**/*.spec.ts', testIgnore: ['**/package*.spec.ts', ...leftOut] },
    { name: 'package', testMatch: '**/package*.spec.ts' },
    // Not a test: `npm run bench` only.
    { name: 'bench', testMatch: '**/*.bench.ts', timeout: 30 * 60_000 },
  ],
});
