import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import type { LoginItem } from '../app/desktop.ts';
import { writeTextAtomically } from '../storage/atomic-writer.ts';
import { autostartEntry } from './desktop-entry.ts';
import { HIDDEN_SWITCH } from './single-instance.ts';

/** Whether the system can be told to start Culvert at login. On Linux that is a file that can be written. */
export function canOpenAtLogin(): boolean {
  switch (process.platform) {
    case 'darwin':
    case 'win32':
      return true;
    case 'linux':
      return isWritable(autostartFolder());
    default:
      return false;
  }
}

/** Starts Culvert at login, or does so no longer. */
export const loginItem: LoginItem = {
  async set(openAtLogin) {
    if (process.platform === 'linux') return setAutostartFile(openAtLogin);
    const [path, ...args] = startCommand();
    // Windows keeps the arguments; macOS has none, and tells a start at login by other means.
    app.setLoginItemSettings({ openAtLogin, ...(path === undefined ? {} : { path }), args });
  },
};

/** Claims that this process was started at login, or by somebody who wants no window: there may be a tray. */
export function isStartedHidden(): boolean {
  if (process.argv.includes(HIDDEN_SWITCH)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}

async function setAutostartFile(openAtLogin: boolean): Promise<void> {
  const file = join(autostartFolder(), 'culvert.desktop');
  if (!openAtLogin) return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  writeTextAtomically(file, autostartEntry(startCommand()));
}

/** Desktop Application Autostart Specification: `autostart` in XDG_CONFIG_HOME, which is ~/.config if not set. */
function autostartFolder(): string {
  const config = process.env.XDG_CONFIG_HOME || join(app.getPath('home'), '.config');
  return join(config, 'autostart');
}

/** What starts this same Culvert: its program, where it was started from source also its folder, and its data. */
function startCommand(): readonly string[] {
  // In an AppImage the program lies in a mount that is gone after the run.
  const program = process.env.APPIMAGE || process.execPath;
  const userData = app.commandLine.getSwitchValue('user-data-dir');
  return [
    program,
    ...(app.isPackaged ? [] : [app.getAppPath()]),
    ...(app.commandLine.hasSwitch('no-sandbox') ? ['--no-sandbox'] : []),
    ...(userData === '' ? [] : [`--user-data-dir=${app.getPath('userData')}`]),
    HIDDEN_SWITCH,
  ];
}

/** Claims that a folder can be written, or can be made in the first one above it that is there. */
function isWritable(folder: string): boolean {
  if (!existsSync(folder)) {
    const above = dirname(folder);
    return above !== folder && isWritable(above);
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
