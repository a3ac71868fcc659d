// `npm test`: does all the set-up and runs everything. `npm test -- --help` says more.
import { onAskedToEnd } from './setup/asked-to-end.mjs';
import { rootTestNeed, testNeed } from './setup/debian-packages.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { mustRunEverything } from './setup/privileges.mjs';
import { runAsCommand, SetupStop } from './setup/stop.mjs';
import { ensureSystemPackages, pathWithServers } from './setup/system-packages.mjs';
import { reservePorts } from './testing/reserved-ports.mjs';
import { describeLeftOut } from './testing/root-tests.mjs';
import { steps } from './testing/steps.mjs';
import { summarize } from './testing/summary.mjs';

/** Where the practice tunnel listens: its addresses are fixed, as the README names them. */
const PRACTICE_PORTS = [42424, 42080];

const help = `npm test [-- STEP ...] [--keep-going] [-- ARGUMENT ...]

Does all the set-up and runs these steps, or only the named ones, in this order:
${steps.map(({ name, title }) => `  ${name.padEnd(8)} ${title}`).join('\n')}

--keep-going  runs the later steps although an earlier one failed
ARGUMENTs go to the one named step's own tool:  npm test -- e2e -- tray.spec.ts

As root, or with CI=true, everything runs, missing system packages are installed, and whatever cannot run is a failure.
As an ordinary user, tests that truly need root are left out, and named at the end.`;

await runAsCommand(async () => {
  const wish = parseArguments(process.argv.slice(2));
  if (wish === undefined) {
    console.log(help);
    return 0;
  }
  const startedAt = performance.now();
  checkNodeVersion();
  await ensurePackages();
  const electron = await ensureElectron();
  await ensureSystemPackages(electron.executable, mustRunEverything() ? rootTestNeed : testNeed);
  console.log(`Set up in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);

  const ending = new AbortController();
  const stopListening = onAskedToEnd(() => ending.abort());
  const context = {
    electron,
    moreArgs: wish.moreArgs,
    // Servers stand where an ordinary user's PATH does not look.
    env: { ...process.env, PATH: pathWithServers() },
    signal: ending.signal,
  };
  const giveBack = await reservePorts(PRACTICE_PORTS);
  const results = await runSteps(wish, context).finally(stopListening).finally(giveBack);
  const { table, closingLine } = summarize(results);
  console.log(`\n${table}\n`);
  const leftOut = mustRunEverything() ? '' : await describeLeftOut();
  if (leftOut !== '') console.log(`${leftOut}\n`);
  console.log(closingLine);
  return results.every(({ verdict }) => verdict === 'good') ? 0 : 1;
});

/**
 * @typedef {object} Wish
 * @property {typeof steps} chosen
 * @property {boolean} isKeepGoing
 * @property {readonly string[]} moreArgs
 */

/**
 * @param {readonly string[]} args
 * @returns {Wish | undefined} undefined for `--help`
 */
function parseArguments(args) {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const ours = args.slice(0, end);
  const moreArgs = args.slice(end + 1);
  if (ours.includes('--help')) return undefined;
  const names = ours.filter((text) => text !== '--keep-going');
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new SetupStop(`There is no step ${unknown.join(', ')}.\n\n${help}`);
  if (moreArgs.length > 0 && names.length !== 1)
    throw new SetupStop(`Name one step for the ARGUMENTs.\n\n${help}`);
  return {
    chosen: names.length === 0 ? steps : steps.filter(({ name }) => names.includes(name)),
    isKeepGoing: ours.includes('--keep-going'),
    moreArgs,
  };
}

/**
 * @param {Wish} wish
 * @param {import('./testing/steps.mjs').StepContext} context
 * @returns {Promise<import('./testing/summary.mjs').StepResult[]>}
 */
async function runSteps({ chosen, isKeepGoing }, context) {
  /** @type {import('./testing/summary.mjs').StepResult[]} */
  const results = [];
  let isStopped = false;
  for (const [index, step] of chosen.entries()) {
    if (isStopped || context.signal.aborted) {
      results.push({ title: step.title, verdict: 'not run', ms: 0, passed: 0, failed: 0 });
      continue;
    }
    console.log(
      `\n=== ${index + 1} of ${chosen.length}: ${step.title} ${'='.repeat(60 - step.title.length)}\n`,
    );
    const startedAt = performance.now();
    const { isGood, passed, failed } = await outcomeOf(step, context);
    results.push({
      title: step.title,
      verdict: isGood ? 'good' : 'bad',
      ms: performance.now() - startedAt,
      passed,
      failed,
    });
    isStopped = !isGood && !isKeepGoing;
  }
  return results;
}

/**
 * @param {import('./testing/steps.mjs').Step} step
 * @param {import('./testing/steps.mjs').StepContext} context
 * @returns {Promise<import('./testing/runners.mjs').Outcome>}
 */
async function outcomeOf(step, context) {
  try {
    return await step.run(context);
  } catch (error) {
    if (!(error instanceof SetupStop)) throw error;
    console.error(error.message);
    return { isGood: false, passed: 0, failed: 0 };
  }
}
