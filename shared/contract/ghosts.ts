import { z } from 'zod';
import { command, nothing } from './command.ts';

/** What can be done about sessions of ours that the server has not noticed the end of. */
export const ghostCommands = {
  /**
   * Ends the process on the server that holds this remote forward's port for a lost session of ours, if it is still
   * that one, and asks for the port again. Only after the user's yes.
   */
  'ghosts.end': command(
    z.object({
      id: z.uuid(),
      forwardId: z.uuid(),
      pid: z
        .number()
        .int()
        .min(2)
        .max(2 ** 31),
    }),
    nothing,
  ),
} as const;
