import { z } from 'zod';

/** What this computer offers, found out at start and told to the window, so that it offers nothing that cannot work. */
export const environmentSchema = z.object({
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  appVersion: z.string(),
  /** The folder that holds profiles and settings. */
  userDataFolder: z.string(),
  /** Whether a tray was found; without one the window is the only way back in. */
  tray: z.boolean(),
  /** Whether secrets can be kept in a real OS keychain; if not, only for this run. */
  keychain: z.boolean(),
  /** Whether Culvert can be started at login here. */
  canOpenAtLogin: z.boolean(),
  /** Why profiles cannot be changed (file from a newer Culvert, or read-only), or null. */
  profilesReadOnly: z.string().nullable(),
  /** The user's name on this computer, the usual first guess for one on a server. */
  localUser: z.string(),
});

export type Environment = z.output<typeof environmentSchema>;
