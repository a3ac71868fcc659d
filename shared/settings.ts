import { z } from 'zod';

/** What the user chose for Culvert as a whole. */
export const settingsSchema = z.object({
  /** Start Culvert when the user logs in to this computer. */
  openAtLogin: z.boolean().default(false),
  /** The user has been told once that closing the window keeps the tunnels running. */
  toldAboutClosing: z.boolean().default(false),
});

export type Settings = z.output<typeof settingsSchema>;
