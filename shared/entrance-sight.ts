import { z } from 'zod';
import { endpointSchema } from './endpoint.ts';
import { bindScope } from './exposure.ts';
import { type Reach, reachSchema } from './listener.ts';
import { isSameAddress } from './listener-address.ts';
import { otherListenerSchema } from './other-listeners.ts';

/**
 * How an entrance turned out beside what was asked for. `loopbackOnly`: others should reach it and cannot (sshd_config(5),
 * `GatewayPorts no`). `exposed`: it is open to more than the user agreed to (`GatewayPorts yes`).
 */
export const entranceVerdictSchema = z.enum(['asAsked', 'loopbackOnly', 'exposed']);

/** Where an entrance was really seen to listen, and who can reach it there. */
export const entranceSightSchema = z.object({
  /** Milliseconds since the epoch. */
  at: z.number(),
  endpoints: z.array(endpointSchema).min(1).max(20),
  reach: reachSchema,
  verdict: entranceVerdictSchema,
  /** Other programs on the same port that some of those who look for this entrance reach instead; absent if none do. */
  others: z.array(otherListenerSchema).min(1).max(10).optional(),
});

/** Why an entrance on the server could not be seen. */
export const unseenReasonSchema = z.enum([
  /** The server runs no commands for us. */
  'noCommands',
  /** The profile says that nothing is to be run there. */
  'notWanted',
  /** It allows no further command beside the second hop that runs there (sshd_config(5), MaxSessions). */
  'hopHasSession',
  /** The look gave nothing, or gave no listener that could be ours. */
  'notFound',
]);

export type EntranceVerdict = z.output<typeof entranceVerdictSchema>;
export type EntranceSight = z.output<typeof entranceSightSchema>;
export type UnseenReason = z.output<typeof unseenReasonSchema>;

/** Judges where a listener really is against the bind address that was asked for (RFC 4254 section 7.1). */
export function judgeEntrance(askedAddress: string, boundAddresses: readonly string[]): EntranceVerdict {
  const asked = bindScope(askedAddress);
  const bound = boundAddresses.map(bindScope);
  if (asked === 'loopback') return bound.every((scope) => scope === 'loopback') ? 'asAsked' : 'exposed';
  if (asked === 'one' && bound.includes('all')) return 'exposed';
  if (asked === 'one' && boundAddresses.some((address) => isSameAddress(address, askedAddress)))
    return 'asAsked';
  return bound.every((scope) => scope === 'loopback') ? 'loopbackOnly' : 'asAsked';
}

/** Everyone who can reach any of several listeners. */
export function joinReaches(reaches: readonly Reach[]): Reach {
  if (reaches.some(({ kind }) => kind === 'everyone')) return { kind: 'everyone' };
  const networks = reaches.flatMap((reach) => (reach.kind === 'network' ? reach.networks : []));
  return networks.length === 0
    ? { kind: 'thisComputer' }
    : { kind: 'network', networks: [...new Set(networks)] };
}
