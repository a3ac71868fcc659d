import { z } from 'zod';

/** How the keychain of this computer stands. Secrets can be kept in it only where it is `ready`; else for this run. */
export const keychainSchema = z.enum([
  'ready',
  /** There, and closed until the user unlocks it; then it becomes `ready`. */
  'locked',
  /** There, but it was not open when Electron asked for the key, which it does once in a run. */
  'lateUnlock',
  /** None, or only one that obscures. */
  'none',
]);

export type Keychain = z.output<typeof keychainSchema>;

/** What this computer offers, found out at start and told to the window, so that it offers nothing that cannot work. */
export const environmentSchema = z.object({
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  appVersion: z.string(),
  /** The folder that holds profiles and settings. */
  userDataFolder: z.string(),
  /** Whether a tray was found; without one the window is the only way back in. */
  tray: z.boolean(),
  keychain: keychainSchema,
  /** Whether Culvert can be started at login here. */
  canOpenAtLogin: z.boolean(),
  /** Why profiles cannot be changed (file from a newer Culvert, or read-only), or null. */
  profilesReadOnly: z.string().nullable(),
  /** The user's name on this computer, the usual first guess for one on a server. */
  localUser: z.string(),
});

export type Environment = z.output<typeof environmentSchema>;
