import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';

/** How far a connection is. */
export const connectionStateSchema = z.enum([
  /** There is no session: the client is held, unread. */
  'waiting',
  /** A SOCKS client has not said yet where it wants to go. */
  'asking',
  /** The target is being connected to. */
  'opening',
  /** Both sides may speak. */
  'open',
  /** The client will say no more, the target may (half-close). */
  'clientEnded',
  /** The target will say no more, the client may. */
  'targetEnded',
  /** Both have ended, or it was reset; what is left is being delivered or dropped. */
  'closing',
]);

/** Which program of this computer holds the other end of a connection's TCP socket here. */
export const connectionProgramSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), name: z.string().max(256), pid: z.number().int().min(0) }),
  /** It runs here as somebody else, whose processes we may not look into. */
  z.object({ kind: z.literal('notVisible'), user: z.string().max(256).nullable() }),
  /** The other end is no address of this computer: another computer, a container or a virtual machine. */
  z.object({ kind: z.literal('elsewhere') }),
  /** There is no such socket yet or any more, or this system did not tell. */
  z.object({ kind: z.literal('unknown') }),
]);

/**
 * One connection of a tunnel: an accepted client, its SSH channel and its target. Its TCP socket on this computer leads
 * to the client of a local or dynamic forward, and to the target of a remote one; the SSH channel leads to the other.
 */
export const connectionSchema = z.object({
  /** Unique among all connections of all engines. */
  id: z.string().max(64),
  forwardId: z.string().max(64),
  /** Who connected; to a remote forward, as the server tells it (port 0: it told none that can be). */
  client: endpointSchema,
  /** Where the traffic comes out; null while a SOCKS client has not said so. */
  target: endpointSchema.nullable(),
  /** The ends of the TCP connection on this computer: Culvert's and the other one. Null while there is none. */
  here: z.object({ ours: endpointSchema, theirs: endpointSchema }).nullable(),
  program: connectionProgramSchema,
  state: connectionStateSchema,
  /** Milliseconds since the epoch. */
  openedAt: z.number(),
  /** Bytes that came out of the tunnel on this computer's side. */
  received: z.number(),
  /** Bytes that went into it there. */
  sent: z.number(),
});

/** Connections that one list holds at most, the newest first to be left out; far more than a window is good for. */
export const MAX_LISTED_CONNECTIONS = 5_000;

/** The connections of one tunnel at one moment. */
export const connectionListSchema = z.object({
  /** When that was, in milliseconds since the epoch. */
  at: z.number(),
  /** All there are, also those that the list had no room for. */
  total: z.number().int(),
  /** Forward by forward, the oldest first. */
  connections: z.array(connectionSchema).max(MAX_LISTED_CONNECTIONS),
});

export type ConnectionState = z.output<typeof connectionStateSchema>;
export type ConnectionProgram = Readonly<z.output<typeof connectionProgramSchema>>;
export type Connection = Readonly<z.output<typeof connectionSchema>>;
export type ConnectionList = z.output<typeof connectionListSchema>;
