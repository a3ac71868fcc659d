// The program that starts Electron here: the binary itself, or on Linux a two-line wrapper around it.
//
// Chromium refuses to start as root with its sandbox, in C++ and before any JavaScript of ours runs, so neither
// package.json nor main.ts can help: `--no-sandbox` must be on the command line. People, Playwright and `npm start` all
// start the same program, so the flag belongs into that program. `exec` keeps the process id, so signals, exit codes
// and standard streams are Electron's own, and `app.isPackaged` stays false because the binary keeps its name.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from './paths.mjs';

/**
 * The program that starts this Electron binary. On Linux the wrapper is written when it is not there yet.
 *
 * @param {string} executable absolute path of the Electron binary
 * @param {NodeJS.Platform} [platform]
 * @returns {string}
 */
export function launcherFor(executable, platform = process.platform) {
  if (platform !== 'linux') return executable;
  const name = createHash('sha256').update(executable).digest('hex').slice(0, 16);
  const launcher = join(cacheFolder(), 'launchers', name, 'electron');
  const script = launcherScript(executable);
  if (!existsSync(launcher) || readFileSync(launcher, 'utf8') !== script) {
    mkdirSync(dirname(launcher), { recursive: true });
    const draft = `${launcher}.${process.pid}`;
    writeFileSync(draft, script);
    chmodSync(draft, 0o755);
    renameSync(draft, launcher);
  }
  return launcher;
}

/**
 * @param {string} executable
 * @returns {string} a POSIX shell script
 */
export function launcherScript(executable) {
  const quoted = `'${executable.replaceAll("'", "'\\''")}'`;
  return `#!/bin/sh
# Written by Culvert's scripts/setup/electron-launcher.mjs: Chromium runs as root only without its sandbox.
if [ "$(id -u)" = 0 ]; then exec ${quoted} --no-sandbox "$@"; fi
exec ${quoted} "$@"
`;
}
