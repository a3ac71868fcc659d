import { z } from 'zod';
import { assertNever } from './assert-never.ts';
import { endpointSchema } from './endpoint.ts';
import { systemListenerSchema } from './listener.ts';

/** Milliseconds since the epoch. */
const timestamp = z.number();

/** More than these are not sent on; a server with more is busy beyond what a table can show. */
export const MAX_LISTENERS = 2000;
export const MAX_CONNECTIONS = 2000;

/** Where on the server the sockets were read. */
export const lookToolSchema = z.enum(['ss', 'netstat', 'procNetTcp']);

/** One end, on the server, of an established connection. */
export const serverConnectionSchema = systemListenerSchema
  .pick({ protocol: true, address: true, port: true, process: true, owner: true })
  .extend({ peer: endpointSchema });

/** What is known of a server from the last look over the session. */
export const serverLookSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('seen'),
    at: timestamp,
    /** Whom the server takes us for: what he may not see, we do not see. */
    account: z.object({ user: z.string().max(256), uid: z.number().int().min(0).nullable() }),
    /** As `uname -s` has it, such as `Linux` or `FreeBSD`. */
    system: z.string().max(64),
    tool: lookToolSchema,
    /** The server's own process that serves our session; null where it cannot be told. */
    serverPid: z.number().int().min(1).nullable(),
    listeners: z.array(systemListenerSchema).max(MAX_LISTENERS),
    connections: z.array(serverConnectionSchema).max(MAX_CONNECTIONS),
    /** Whether that is all there is. */
    isWhole: z.boolean(),
  }),
  z.object({
    status: z.literal('noCommands'),
    at: timestamp,
    /**
     * `refused`: no channel for a command is granted; `otherAnswer`: something else runs in its place; `silent`: something
     * else seems to, for twice not a word came of ours, and it is not asked again unless a person says so.
     */
    reason: z.enum(['refused', 'otherAnswer', 'silent']),
    /** What it said, made safe; may be empty. */
    said: z.string().max(200),
  }),
  /** The profile says that nothing is to be run there. */
  z.object({ status: z.literal('notWanted'), at: timestamp }),
  z.object({
    status: z.literal('failed'),
    at: timestamp,
    reason: z.enum(['busy', 'timedOut', 'silent', 'tooMuch', 'sessionLost', 'noTool']),
  }),
]);

export type ServerLook = z.output<typeof serverLookSchema>;
export type SeenServer = Extract<ServerLook, { status: 'seen' }>;
export type ServerConnection = z.output<typeof serverConnectionSchema>;
export type LookTool = z.output<typeof lookToolSchema>;

/** What the tool is called. */
export function toolWord(tool: LookTool): string {
  switch (tool) {
    case 'ss':
    case 'netstat':
      return tool;
    case 'procNetTcp':
      return '/proc/net/tcp';
    default:
      return assertNever(tool);
  }
}

/** Why there is no list of a server's listeners, in a sentence or two for people. */
export function lookProblem(look: Exclude<ServerLook, SeenServer>, server: string): string {
  switch (look.status) {
    case 'noCommands':
      return noCommandsWords(look, server);
    case 'notWanted':
      return 'Culvert does not look at this server, as the profile says. The tunnel works without.';
    case 'failed':
      return FAILURE_WORDS[look.reason].replace('SERVER', server);
    default:
      return assertNever(look);
  }
}

function noCommandsWords(
  { reason, said }: Extract<ServerLook, { status: 'noCommands' }>,
  server: string,
): string {
  const consequence = 'so its listeners cannot be seen. The tunnel works without.';
  if (reason === 'refused') return `${server} runs no commands for this account, ${consequence}`;
  if (reason === 'silent') {
    return `${server} seems to run another command in place of ours, as it never said a word of it, ${consequence}`;
  }
  const answer = said === '' ? '' : ` It answered: “${said}”`;
  return `${server} runs something of its own in place of commands, ${consequence}${answer}`;
}

const FAILURE_WORDS = {
  busy: 'SERVER allows no further command while the others run. Culvert tries again.',
  timedOut: 'SERVER did not answer in time. Culvert tries again.',
  silent: 'SERVER did not answer in time. Culvert asks once more in a minute.',
  tooMuch: 'SERVER has more to tell than Culvert takes in.',
  sessionLost: 'The session ended before SERVER could answer.',
  noTool:
    'SERVER has no ss, netstat or /proc/net/tcp that Culvert can read, so its listeners cannot be seen. The tunnel works without.',
} as const satisfies Record<Extract<ServerLook, { status: 'failed' }>['reason'], string>;
