// The packaged app in release/: dist/ in an archive beside the Electron in use, with its fuses set.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './paths.mjs';
import { SetupStop } from './stop.mjs';

/** Where the Linux package stands. */
export const packageFolder = join(repositoryRoot, 'release', 'linux-unpacked');

/** The program that starts it. */
export const packagedProgram = join(packageFolder, 'culvert');

/**
 * Packages what is in dist/, downloading nothing.
 *
 * @param {import('./electron.mjs').ElectronBuild} electron
 * @returns {Promise<void>} rejects with a `SetupStop` elsewhere than on Linux
 */
export async function packageApp(electron) {
  if (process.platform !== 'linux') throw new SetupStop('The app can be packaged on Linux only, so far.');
  const { build, Platform } = await import('electron-builder');
  await rm(packageFolder, { recursive: true, force: true });
  await build({
    projectDir: repositoryRoot,
    targets: Platform.LINUX.createTarget('dir'),
    publish: 'never',
    config: {
      electronDist: electron.distFolder,
      electronVersion: electron.version,
      // electron-builder removes it from a downloaded Electron and forgets it in an unpacked one.
      afterPack: ({ appOutDir }) => rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true }),
    },
  });
}
