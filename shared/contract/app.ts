import { z } from 'zod';
import { environmentSchema } from '../environment.ts';
import { noticeSchema } from '../notice.ts';
import { profileSchema } from '../profile.ts';
import { settingsSchema } from '../settings.ts';
import { tunnelSnapshotSchema } from '../tunnel-state.ts';
import { command, nothing } from './command.ts';

/** Everything a window needs to draw itself from nothing. */
export const appSnapshotSchema = z.object({
  profiles: z.array(profileSchema),
  tunnels: z.array(tunnelSnapshotSchema),
  settings: settingsSchema,
  notices: z.array(noticeSchema),
  environment: environmentSchema,
});

export type AppSnapshot = z.output<typeof appSnapshotSchema>;

/** What concerns the app as a whole. */
export const appCommands = {
  /** The whole present state; ask after subscribing to events, so that nothing is missed. */
  'app.snapshot': command(nothing, appSnapshotSchema),
  /** Opens the system's file dialog in ~/.ssh; null when the user chose none. */
  'app.chooseKeyFile': command(nothing, z.string().nullable()),
  /** Puts text on the clipboard. */
  'app.copyText': command(z.object({ text: z.string().max(1_000_000) }), nothing),
  'app.dismissNotice': command(z.object({ id: z.string().max(100) }), nothing),
  'settings.change': command(z.object({ openAtLogin: z.boolean() }), settingsSchema),
} as const;

export const appEvents = {
  'settings.changed': settingsSchema,
  'notices.changed': z.object({ notices: z.array(noticeSchema) }),
  'environment.changed': environmentSchema,
  /** The menu asks the window to go somewhere, or to ask what to import or export. */
  'app.navigate': z.object({
    to: z.enum(['tunnels', 'listeners', 'newTunnel', 'import', 'importHosts', 'export']),
  }),
} as const;
