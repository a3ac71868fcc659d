// The steps of `npm test`, in order: what is quick to say no comes first.

import { ensureAppBuild } from '../setup/app-build.mjs';
import { packageApp, packagedProgram } from '../setup/app-package.mjs';
import { openTestDesktop } from '../setup/test-desktop.mjs';
import { runPlaywright, runTool, runVitest } from './runners.mjs';

/**
 * @typedef {object} StepContext
 * @property {import('../setup/electron.mjs').ElectronBuild} electron
 * @property {readonly string[]} moreArgs
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal
 */

/**
 * @typedef {object} Step
 * @property {string} name to choose it by
 * @property {string} title
 * @property {(context: StepContext) => Promise<import('./runners.mjs').Outcome>} run
 */

/** @type {readonly Step[]} */
export const steps = [
  {
    name: 'lint',
    title: 'Format and lint',
    run: (context) => runTool(['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'], context),
  },
  {
    name: 'types',
    title: 'Types',
    run: (context) => runTool(['typescript/bin/tsc', '-b', '.', 'scripts'], context),
  },
  {
    name: 'build',
    title: 'Build',
    run: async () => {
      await ensureAppBuild();
      return { isGood: true, passed: 0, failed: 0 };
    },
  },
  { name: 'unit', title: 'Unit tests', run: (context) => runVitest(['unit', 'unit-engine'], context) },
  {
    name: 'engine',
    title: 'The engine against real servers',
    run: (context) => runVitest(['engine'], context),
  },
  { name: 'e2e', title: 'End to end on the real Electron', run: (context) => runOnDesktop('app', context) },
  {
    name: 'package',
    title: 'The packaged app',
    run: async (context) => {
      await ensureAppBuild();
      await packageApp(context.electron);
      const env = { ...context.env, CULVERT_PACKAGED_APP: packagedProgram };
      return runOnDesktop('package', { ...context, env });
    },
  },
];

/**
 * @param {string} project of playwright.config.ts
 * @param {StepContext} context
 * @returns {Promise<import('./runners.mjs').Outcome>}
 */
async function runOnDesktop(project, context) {
  await ensureAppBuild();
  const desktop = await openTestDesktop(context.env);
  try {
    const env = { ...desktop.env, CULVERT_ELECTRON: context.electron.launcher };
    return await runPlaywright(project, { ...context, env });
  } finally {
    await desktop.close();
  }
}
