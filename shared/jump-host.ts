import { z } from 'zod';
import { connectionSettingsSchema } from './connection-settings.ts';
import { hostKeySettingsSchema } from './host-key-settings.ts';
import { loginSchema } from './login.ts';
import { serverSchema } from './server.ts';

/** An SSH server on the way to another, with a login and a host key of its own (ssh_config(5), ProxyJump). */
export const jumpHostSchema = z.object({
  server: serverSchema,
  login: loginSchema,
  hostKeys: hostKeySettingsSchema.optional(),
  connection: connectionSettingsSchema.optional(),
  /** As in a profile. */
  legacyAlgorithms: z.boolean().default(false),
});

/** More than this many in a row is a loop, or a mistake. */
export const MAX_JUMP_HOSTS = 16;

/** The jump hosts in the order of travel: the first is dialled from this computer. */
export const jumpHostsSchema = z
  .array(jumpHostSchema)
  .max(MAX_JUMP_HOSTS, `A tunnel can have at most ${MAX_JUMP_HOSTS} jump hosts.`);

export type JumpHost = z.output<typeof jumpHostSchema>;
