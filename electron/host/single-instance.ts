import { resolve } from 'node:path';
import { app } from 'electron';

/**
 * Takes the user data folder that `--user-data-dir=DIR` names. Must come before anything else asks for that folder:
 * the lock of this instance, the log and the documents all lie in it.
 */
export function chooseUserDataFolder(): void {
  const folder = app.commandLine.getSwitchValue('user-data-dir');
  if (folder !== '') app.setPath('userData', resolve(folder));
}

/**
 * Claims the user data folder for this process. If another Culvert has it already, that one is told and shows itself,
 * and the answer is false: this process must end before it opens a file there.
 */
export function claimUserDataFolder(): boolean {
  return app.requestSingleInstanceLock();
}

/** Calls back when somebody starts Culvert once more. A start at login does not count: nobody asked to see it. */
export function onStartedAgain(show: () => void): void {
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes(HIDDEN_SWITCH)) show();
  });
}

/** Start without a window, if there is a tray to find Culvert in. */
export const HIDDEN_SWITCH = '--hidden';
