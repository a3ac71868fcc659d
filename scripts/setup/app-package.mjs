// The packaged app in release/: dist/ in an archive beside the Electron in use, with its fuses set.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './child.mjs';
import { repositoryRoot } from './paths.mjs';
import { SetupStop } from './stop.mjs';

const packageFolder = join(repositoryRoot, 'release', 'linux-unpacked');

/** The program that starts the Linux package. */
export const packagedProgram = join(packageFolder, 'culvert');

/**
 * Packages what is in dist/, downloading nothing.
 *
 * @param {import('./electron.mjs').ElectronBuild} electron
 * @returns {Promise<void>} rejects with a `SetupStop` elsewhere than on Linux, and when electron-builder fails
 */
export async function packageApp(electron) {
  if (process.platform !== 'linux') throw new SetupStop('The app can be packaged on Linux only, so far.');
  await rm(packageFolder, { recursive: true, force: true });
  // In a process of its own: electron-builder's library ends the process that it runs in with code 0, whatever that
  // process wanted to say, and takes its signals.
  const { code } = await run(
    process.execPath,
    [
      join(repositoryRoot, 'node_modules', 'electron-builder', 'cli.js'),
      ...['--linux', 'dir', '--publish', 'never'],
      `-c.electronDist=${electron.distFolder}`,
      `-c.electronVersion=${electron.version}`,
    ],
    { cwd: repositoryRoot },
  );
  if (code !== 0) throw new SetupStop('electron-builder failed; its own words stand above.');
  // electron-builder removes this from a downloaded Electron and forgets it in an unpacked one.
  await rm(join(packageFolder, 'resources', 'default_app.asar'), { force: true });
}
