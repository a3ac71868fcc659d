import { z } from 'zod';
import { configHostSchema, configHostsSchema } from '../config-host.ts';
import { allowedCommandsSchema } from '../followed-host.ts';
import { command, nothing } from './command.ts';

/** What can be asked about the user's own configuration of ssh, ssh_config(5). It is only read. */
export const sshConfigCommands = {
  /** The Hosts that it names; none where there is no such file. */
  'sshConfig.hosts': command(nothing, configHostsSchema),
  /**
   * What it says of one Host. Refused with `invalid` where ssh itself would refuse the files, with ssh's reason in our
   * words. Of the commands of `Match exec` it runs those that are allowed, to the letter, and no other.
   */
  'sshConfig.host': command(
    z.object({ host: z.string().min(1).max(253), allowedCommands: allowedCommandsSchema.default([]) }),
    configHostSchema,
  ),
} as const;
