import { userInfo } from 'node:os';
import { app } from 'electron';
import type { HostEnvironment } from '../app/environment-watch.ts';
import { canOpenAtLogin } from './login-item.ts';

/** What this desktop offers; whether it has a tray is said separately, because that changes. */
export function findEnvironment(tray: boolean): HostEnvironment {
  const { platform } = process;
  const isKnown = platform === 'linux' || platform === 'darwin' || platform === 'win32';
  return {
    platform: isKnown ? platform : 'other',
    appVersion: app.getVersion(),
    tray,
    canOpenAtLogin: canOpenAtLogin(),
    localUser: localUser(),
  };
}

/** Empty where the account has no name, as in some containers. */
function localUser(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
