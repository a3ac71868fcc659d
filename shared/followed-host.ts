import { z } from 'zod';
import { oneLine } from './one-line.ts';

/** The most commands of one Host that can be allowed. */
export const MAX_ALLOWED_COMMANDS = 20;

/** The commands of `Match exec` lines that the user allowed, as they stand there. */
export const allowedCommandsSchema = z.array(z.string().max(4096)).max(MAX_ALLOWED_COMMANDS);

/** A Host of ssh_config(5) that a profile follows. */
export const followedHostSchema = z.object({
  /** As it would be typed after `ssh`. */
  host: oneLine('A Host', 253).refine((text) => text !== '', 'Choose a Host.'),
  allowedCommands: allowedCommandsSchema.default([]),
});

export type FollowedHost = z.output<typeof followedHostSchema>;
