import { z } from 'zod';
import { connectionListSchema, MAX_LISTED_CONNECTIONS } from '../connection.ts';
import { command } from './command.ts';

/** How many connections a command has ended. */
const ended = z.object({ ended: z.number().int() });

/**
 * What can be done with a tunnel's connections. They are asked for, once a second while somebody looks, and not sent as
 * events: a browser opens and closes hundreds in a second, and mostly nobody looks.
 */
export const connectionCommands = {
  /** Everyone who is connected through this tunnel now; nobody where it does not run. */
  'connections.list': command(z.object({ id: z.string().max(64) }), connectionListSchema),
  /** Ends these, with a reset to both sides; those that have ended by themselves are not counted. */
  'connections.end': command(
    z.object({
      id: z.string().max(64),
      connectionIds: z.array(z.string().max(64)).max(MAX_LISTED_CONNECTIONS),
    }),
    ended,
  ),
  /** Ends all of one forward or, for null, of the tunnel. Its listeners stay. */
  'connections.endAll': command(
    z.object({ id: z.string().max(64), forwardId: z.string().max(64).nullable() }),
    ended,
  ),
} as const;
