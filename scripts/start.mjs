// `npm start`: does all the set-up and opens the app. What follows `--` goes to the app.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ensureAppBuild } from './setup/app-build.mjs';
import { onAskedToEnd } from './setup/asked-to-end.mjs';
import { appNeed, screenlessAppNeed } from './setup/debian-packages.mjs';
import { isScreenless, openVirtualDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electron.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { repositoryRoot } from './setup/paths.mjs';
import { runAsCommand } from './setup/stop.mjs';
import { ensureSystemPackages } from './setup/system-packages.mjs';

/** The app closes its tunnels when asked to end, for at most 5 s. Only one that hangs needs longer than this. */
const graceMs = 10_000;

await runAsCommand(async () => {
  const startedAt = performance.now();
  checkNodeVersion();
  await ensurePackages();
  const electron = await ensureElectron();
  await ensureSystemPackages(electron.executable, isScreenless() ? screenlessAppNeed : appNeed);
  await ensureAppBuild();
  const display = isScreenless() ? await openVirtualDisplay() : undefined;
  console.log(`Set up in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Starting Culvert ...`);
  if (display !== undefined) sayHowToLook(display);
  try {
    return await runApp(electron.launcher, display?.name);
  } finally {
    await display?.close();
  }
});

/**
 * @param {import('./setup/display.mjs').VirtualDisplay} display
 */
function sayHowToLook(display) {
  console.log(`This machine has no screen: Culvert runs on the virtual display ${display.name}. To take a screenshot:

  node scripts/screenshot.mjs ${display.pictureFile} screenshot.png
`);
}

/**
 * @param {string} program
 * @param {string | undefined} displayName
 * @returns {Promise<number>} the app's exit code
 */
function runApp(program, displayName) {
  const isWaylandOnly = displayName === undefined && process.env.WAYLAND_DISPLAY && !process.env.DISPLAY;
  const args = [
    ...(isWaylandOnly ? ['--ozone-platform=wayland'] : []),
    repositoryRoot,
    ...process.argv.slice(2),
  ];
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...process.env, ...(displayName === undefined ? {} : { DISPLAY: displayName }) },
    // In a process group of its own, because Chromium closes in order at the first Ctrl-C and dies at the second: it
    // must get exactly one, and not one from the terminal and one from us.
    detached: process.platform !== 'win32',
  });
  const stopListening = onAskedToEnd((signal) => {
    child.kill(signal);
    setTimeout(() => killGroup(child), graceMs).unref();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // A death by signal becomes an exit code as shells write it: 128 and the signal's number.
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  }).finally(stopListening);
}

/**
 * Ends the app and all its processes at once.
 *
 * @param {import('node:child_process').ChildProcess} child leads a process group of its own, but on Windows
 * @returns {void}
 */
function killGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  if (process.platform === 'win32') child.kill('SIGKILL');
  else process.kill(-child.pid, 'SIGKILL');
}
