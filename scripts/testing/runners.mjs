// Running Vitest and Playwright, and reading what they report.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../setup/child.mjs';
import { repositoryRoot } from '../setup/paths.mjs';
import { mustRunEverything } from '../setup/privileges.mjs';
import { countPlaywright, countVitest } from './counts.mjs';

/**
 * @typedef {object} Outcome
 * @property {boolean} isGood
 * @property {number} passed tests
 * @property {number} failed tests
 */

/**
 * @typedef {object} RunnerOptions
 * @property {readonly string[]} moreArgs for the runner, from our own command line
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal ends the runner
 */

/**
 * Runs a tool that only says yes or no by its exit code.
 *
 * @param {readonly string[]} command path of the tool below node_modules, then its arguments
 * @param {RunnerOptions} options
 * @returns {Promise<Outcome>}
 */
export async function runTool([tool = '', ...args], { moreArgs, env, signal }) {
  const { code } = await run(
    process.execPath,
    [join(repositoryRoot, 'node_modules', tool), ...args, ...moreArgs],
    {
      cwd: repositoryRoot,
      env,
      signal,
    },
  );
  return { isGood: code === 0, passed: 0, failed: 0 };
}

/**
 * @param {readonly string[]} projects of vitest.config.ts
 * @param {RunnerOptions} options
 * @returns {Promise<Outcome>}
 */
export function runVitest(projects, options) {
  return runAndCount(countVitest, options, (reportFile) => [
    ...['vitest/vitest.mjs', 'run', '--allowOnly=false'],
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
    ...(mustRunEverything() ? [] : ['--exclude', '**/*.root.test.ts']),
  ]);
}

/**
 * @param {string} project of playwright.config.ts
 * @param {RunnerOptions} options
 * @returns {Promise<Outcome>}
 */
export function runPlaywright(project, options) {
  return runAndCount(countPlaywright, options, () => [
    ...['@playwright/test/cli.js', 'test', '--project', project, '--forbid-only', '--reporter=list,json'],
  ]);
}

/**
 * @param {(report: any) => import('./counts.mjs').Counts} count
 * @param {RunnerOptions} options
 * @param {(reportFile: string) => readonly string[]} commandFor
 * @returns {Promise<Outcome>}
 */
async function runAndCount(count, options, commandFor) {
  const folder = await mkdtemp(join(tmpdir(), 'culvert-report-'));
  const reportFile = join(folder, 'report.json');
  try {
    // Playwright takes the report's place from the environment only.
    const env = { ...options.env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile };
    const { isGood } = await runTool(commandFor(reportFile), { ...options, env });
    const report = await readFile(reportFile, 'utf8').catch(() => undefined);
    // Without a report the runner did not get as far as counting.
    if (report === undefined) return { isGood: false, passed: 0, failed: 0 };
    const { passed, failed, skipped } = count(JSON.parse(report));
    if (skipped.length > 0) {
      console.log(`\nThese tests did not run, which counts as failing:\n  ${skipped.join('\n  ')}`);
    }
    return { isGood: isGood && skipped.length === 0 && passed > 0, passed, failed: failed + skipped.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
