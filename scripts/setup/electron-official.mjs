// The Electron of the npm package `electron`, fetched the official way: by that package's own installer.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './child.mjs';
import { withLock } from './lock.mjs';
import { repositoryRoot } from './paths.mjs';
import { startProgress } from './progress.mjs';

const packageFolder = join(repositoryRoot, 'node_modules', 'electron');

/** A host that drops packets would otherwise cost minutes of silence before the other way is tried. */
const reachTimeoutMs = 5_000;

/** @returns {string | undefined} the package's unpacked binary; undefined when absent, half there or of another version */
export function officialDistFolder() {
  const distFolder = join(packageFolder, 'dist');
  // The installer writes path.txt last.
  if (!existsSync(join(packageFolder, 'path.txt')) || !existsSync(join(distFolder, 'version')))
    return undefined;
  const unpacked = readFileSync(join(distFolder, 'version'), 'utf8').trim().replace(/^v/, '');
  return unpacked === packageVersion() ? distFolder : undefined;
}

/**
 * Downloads the package's binary, showing progress.
 *
 * @returns {Promise<string | undefined>} a sentence that says why it could not be had; undefined when it is there
 */
export async function fetchOfficialElectron() {
  const host = releaseHost();
  const refusal = await whyUnreachable(host);
  if (refusal !== undefined) return `Electron's release host ${host.host} cannot be reached (${refusal}).`;
  return withLock('electron-official', async () => {
    if (officialDistFolder() !== undefined) return undefined;
    console.log(`Fetching Electron ${packageVersion()} from ${host.host} ...`);
    try {
      await downloadToElectronsCache();
    } catch (error) {
      return `Electron could not be downloaded from ${host.host} (${/** @type {Error} */ (error).message}).`;
    }
    const { code } = await run(process.execPath, [join(packageFolder, 'install.js')]);
    return code === 0 ? undefined : `Electron's own installer ended with code ${code}.`;
  });
}

/** @returns {string} */
function packageVersion() {
  return JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version;
}

/** @returns {URL} where `@electron/get` will look, mirrors included */
function releaseHost() {
  const { env } = process;
  return new URL(
    env.npm_config_electron_mirror || env.ELECTRON_MIRROR || 'https://github.com/electron/electron/',
  );
}

/**
 * @param {URL} host
 * @returns {Promise<string | undefined>}
 */
async function whyUnreachable(host) {
  // Behind a proxy a direct question proves nothing; @electron/get asks the proxy itself when told so.
  if (process.env.ELECTRON_GET_USE_PROXY) return undefined;
  try {
    await fetch(host, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(reachTimeoutMs) });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'TimeoutError') return `no answer in ${reachTimeoutMs / 1000} s`;
    const cause = /** @type {NodeJS.ErrnoException | undefined} */ (error.cause);
    return cause?.code ?? cause?.message ?? error.message;
  }
}

/**
 * The installer downloads in silence, so its cache is filled first, by the library that it uses, with progress shown.
 *
 * @returns {Promise<void>}
 */
async function downloadToElectronsCache() {
  // As the package sees it: other tools bring other versions of the same library.
  const library = createRequire(join(packageFolder, 'package.json')).resolve('@electron/get');
  /** @type {typeof import('@electron/get')} */
  const { downloadArtifact } = await import(pathToFileURL(library).href);
  /** @type {ReturnType<typeof startProgress> | undefined} */
  let progress;
  await downloadArtifact({
    version: packageVersion(),
    platform: process.platform,
    artifactName: 'electron',
    checksums: JSON.parse(readFileSync(join(packageFolder, 'checksums.json'), 'utf8')),
    downloadOptions: {
      quiet: true,
      /** @param {{ transferred: number, total: number | null }} state in bytes */
      getProgressCallback: async ({ transferred, total }) => {
        if (total === null) return;
        progress ??= startProgress('Electron', total);
        progress.update(transferred);
      },
    },
  });
  progress?.finish();
}
