// The npm packages: installed when what is there is not what the lock file says.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from './child.mjs';
import { withLock } from './lock.mjs';
import { repositoryRoot } from './paths.mjs';
import { SetupStop } from './stop.mjs';

/**
 * Makes `node_modules` match `package-lock.json`. Costs a few milliseconds when it does already.
 *
 * @param {string} [root]
 * @returns {Promise<void>}
 */
export async function ensurePackages(root = repositoryRoot) {
  if (await arePackagesInstalled(root)) return;
  const name = `packages-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
  await withLock(name, async () => {
    if (await arePackagesInstalled(root)) return;
    console.log('Installing npm packages ...');
    // Not `npm ci`: that refuses a lock file which lacks an optional package for some other system, and not every
    // registry carries them all. Without saving, `npm install` keeps to the lock file as well, and we look after it.
    // Its warnings are left out: some packages ask for Node 22, and what we use of them runs on Node 20.
    const { code } = await runNpm(['install', '--no-save', '--loglevel=error'], { cwd: root });
    if (code !== 0) throw new SetupStop('npm could not install the packages; its own words stand above.');
    if (await arePackagesInstalled(root)) return;
    throw new SetupStop(
      'npm installed other packages than package-lock.json names. Does it match package.json? `npm install` mends it.',
    );
  });
}

/**
 * @param {string} root
 * @returns {Promise<boolean>}
 */
async function arePackagesInstalled(root) {
  const [wanted, installed] = await Promise.all([
    readFile(join(root, 'package-lock.json'), 'utf8'),
    // npm writes this copy of the lock last of all, so a half-finished installation has none.
    readFile(join(root, 'node_modules', '.package-lock.json'), 'utf8').catch(() => ''),
  ]);
  return satisfiesLock(wanted, installed);
}

/**
 * Says whether the installed packages are those of the lock file. Compared by content and not by a stamp of ours, so
 * that a plain `npm install` by hand counts too.
 *
 * @param {string} wantedText `package-lock.json`
 * @param {string} installedText `node_modules/.package-lock.json`
 * @returns {boolean} false also for unreadable text
 */
export function satisfiesLock(wantedText, installedText) {
  try {
    const wanted = packagesOf(wantedText);
    const installed = packagesOf(installedText);
    return Object.entries(wanted).every(([path, entry]) => {
      const found = installed[path];
      // Optional packages for other systems are in the lock and rightly not on the disk.
      if (found === undefined) return path === '' || entry.optional === true || entry.devOptional === true;
      return found.version === entry.version && found.integrity === entry.integrity;
    });
  } catch {
    return false;
  }
}

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockEntry
 */

/**
 * @param {string} text
 * @returns {Record<string, LockEntry>}
 */
function packagesOf(text) {
  const packages = JSON.parse(text).packages;
  if (typeof packages !== 'object' || packages === null) throw new Error('no packages in the lock file');
  return packages;
}
