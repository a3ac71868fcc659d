// The built app in dist/, made anew only when something that goes into it changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { repositoryRoot } from './paths.mjs';
import { SetupStop } from './stop.mjs';

/** The order matters to people only: what is broken most often is built first. */
const configFiles = ['vite.main.config.ts', 'vite.preload.config.ts', 'vite.config.ts'];

const inputs = ['electron', 'renderer', 'shared', 'package.json', 'package-lock.json', ...configFiles];

const outputs = ['main/main.js', 'main/engine-process.js', 'preload/preload.cjs', 'renderer/index.html'];

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
    // Imported here: Vite is a package, and this file is read before packages are there.
    const { build } = await import('vite');
    try {
      for (const configFile of configFiles) {
        await build({ configFile: join(repositoryRoot, configFile), logLevel: 'warn' });
      }
    } catch (error) {
      throw new SetupStop(`The build failed. ${/** @type {Error} */ (error).message}`);
    }
    // The hash from before the build: a file saved meanwhile must lead to another build.
    await writeFile(stampFile, before);
    return true;
  });
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
