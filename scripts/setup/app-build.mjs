// The built app in dist/, made anew only when something that goes into it changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './child.mjs';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { repositoryRoot } from './paths.mjs';
import { SetupStop } from './stop.mjs';

/** The order matters to people only: what is broken most often is built first. */
const configFiles = ['vite.main.config.ts', 'vite.preload.config.ts', 'vite.config.ts'];

const inputs = ['electron', 'renderer', 'shared', 'package.json', 'package-lock.json', ...configFiles];

const outputs = [
  'main/main.js',
  'main/engine-process.js',
  'main/engine-thread.js',
  'preload/preload.cjs',
  'renderer/index.html',
];

/**
 * Brings dist/ up to date.
 *
 * @param {{ force?: boolean }} [options] `force` builds even when nothing changed
 * @returns {Promise<boolean>} whether anything was built
 */
export async function ensureAppBuild({ force = false } = {}) {
  if (!force && (await isUpToDate())) return false;
  const name = `build-${createHash('sha256').update(repositoryRoot).digest('hex').slice(0, 16)}`;
  return withLock(name, async () => {
    if (!force && (await isUpToDate())) return false;
    const before = await inputsFingerprint();
    await rm(stampFile, { force: true });
    for (const configFile of configFiles) await runVite(configFile);
    // The hash from before the build: a file saved meanwhile must lead to another build.
    await writeFile(stampFile, before);
    return true;
  });
}

/**
 * In a process of its own: the bundler keeps some 400 MB until its process ends, and ours lives as long as the app.
 *
 * @param {string} configFile
 * @returns {Promise<void>}
 */
async function runVite(configFile) {
  const vite = join(repositoryRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', '--config', configFile, '--logLevel', 'warn'];
  const { code } = await run(process.execPath, args, { cwd: repositoryRoot });
  if (code !== 0) throw new SetupStop(`The build of ${configFile} failed; Vite's words stand above.`);
}

const distFolder = join(repositoryRoot, 'dist');
const stampFile = join(distFolder, 'build.stamp');

/** @returns {Promise<boolean>} */
async function isUpToDate() {
  if (!outputs.every((name) => existsSync(join(distFolder, name)))) return false;
  const stamp = await readFile(stampFile, 'utf8').catch(() => '');
  return stamp !== '' && stamp === (await inputsFingerprint());
}

/** @returns {Promise<string>} */
function inputsFingerprint() {
  return fingerprint(repositoryRoot, inputs, (path) => !/\.test\.tsx?$/.test(path) && !path.endsWith('.md'));
}
