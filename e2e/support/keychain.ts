import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** A desktop session of its own, with a real keychain (gnome-keyring) that is empty and unlocked. */
export interface Keychain {
  /** For an app that is to use it. */
  readonly env: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Opens another keychain than that of the tests' desktop, as another computer, or a new user's, has. */
export async function openKeychain(): Promise<Keychain> {
  const script = path.join(import.meta.dirname, '../../scripts/setup/session-bus.mjs');
  const { openSessionBus } = (await import(pathToFileURL(script).href)) as {
    openSessionBus(env: NodeJS.ProcessEnv): Promise<Keychain>;
  };
  return openSessionBus(process.env);
}
