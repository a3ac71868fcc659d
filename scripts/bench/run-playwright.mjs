// The benchmark's runner is Playwright: it drives the app, and it reads our TypeScript.
import { join } from 'node:path';
import { run } from '../setup/child.mjs';
import { repositoryRoot } from '../setup/paths.mjs';

/**
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal ends it
 * @returns {Promise<number>} its exit code
 */
export async function runPlaywrightTool(args, env, signal) {
  const tool = join(repositoryRoot, 'node_modules', '@playwright', 'test', 'cli.js');
  const { code } = await run(process.execPath, [tool, ...args], { cwd: repositoryRoot, env, signal });
  return code;
}
