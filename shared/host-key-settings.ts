import { z } from 'zod';
import { isHost } from './endpoint.ts';
import { oneLine } from './one-line.ts';

/** As many as ssh takes (readconf.h, SSH_MAX_HOSTS_FILES). */
export const MAX_HOST_KEY_FILES = 32;

const fileSchema = oneLine('A path', 4096).refine((path) => path !== '', 'Choose a file.');

/** Where a server's keys are known from, where it is not the usual files under the server's own name (ssh_config(5)). */
export const hostKeySettingsSchema = z.object({
  /** The name to look up and to save under in place of the server's (HostKeyAlias). */
  alias: oneLine('A host key alias', 253)
    .refine((name) => isHost(name), 'That is not a host name.')
    .optional(),
  /** In place of ~/.ssh/known_hosts and known_hosts2; a new key is added to the first (UserKnownHostsFile). */
  userFiles: z.array(fileSchema).min(1).max(MAX_HOST_KEY_FILES).optional(),
  /** In place of the system's (GlobalKnownHostsFile). */
  globalFiles: z.array(fileSchema).max(MAX_HOST_KEY_FILES).optional(),
  /** What to do about a key of a server not known yet; absent: ask (StrictHostKeyChecking). */
  checking: z.enum(['ask', 'yes', 'accept-new']).optional(),
});

export type HostKeySettings = z.output<typeof hostKeySettingsSchema>;
