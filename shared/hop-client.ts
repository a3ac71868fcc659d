import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { isSameAddress, plainAddress } from './listener-address.ts';
import type { SeenServer, ServerConnection } from './server-look.ts';

/** A second hop that is open, by its ports on the server. */
export interface OpenHop {
  /** Where it listens, open to others. */
  readonly port: number;
  /** Where the remote forward listens that it leads to, on loopback. */
  readonly entrance: number;
}

/**
 * Who is behind a remote forward's connection that sshd saw come from the server itself, while a second hop to that
 * forward is open.
 */
export type HopClient =
  /** It came through the hop, from there. */
  | { readonly kind: 'seen'; readonly client: Endpoint }
  /** It is one of the hop's clients; which, nobody tells. `host`: where all of those are, if that is one place. */
  | { readonly kind: 'among'; readonly clients: number; readonly host: string | null }
  /** It is this program on the server, which is no part of the hop. */
  | { readonly kind: 'onServer'; readonly name: string; readonly pid: number }
  /** It came through the hop, or is a program on the server. */
  | { readonly kind: 'unknown' };

/**
 * Tells, by the connections' ids, who is behind those that may have come through a second hop; others are left out.
 *
 * The hop's program holds both ends of what it copies: the socket of its client, and the one by which it dials the
 * forward, whose address SSH told us as the client's. So the process that dialled leads to the client: socat has one for
 * each client; Python has one for all, which tells as long as there is but one. Where the server tells no processes, a
 * single dial and a single client of the hop belong together.
 *
 * `look`: null where nobody could look, or the list was cut.
 */
export function findHopClients(
  connections: readonly Connection[],
  /** By the forwards' ids. */
  hops: ReadonlyMap<string, OpenHop>,
  look: SeenServer | null,
): ReadonlyMap<string, HopClient> {
  const found = new Map<string, HopClient>();
  for (const { id, forwardId, client } of connections) {
    const hop = hops.get(forwardId);
    if (hop && isLoopback(client.host)) found.set(id, look?.isWhole ? traceBack(client, hop, look) : UNKNOWN);
  }
  return found;
}

/** Claims that a client at this address, as sshd tells it, is on the server or came through it. */
export function isLoopback(host: string): boolean {
  const plain = plainAddress(host);
  return plain !== null && (plain.startsWith('127.') || plain === '::1');
}

const UNKNOWN: HopClient = { kind: 'unknown' };

function traceBack(client: Endpoint, hop: OpenHop, look: SeenServer): HopClient {
  const dials = look.connections.filter(
    ({ address, peer }) => peer.port === hop.entrance && isLoopback(address),
  );
  const dial = dials.find((each) => each.port === client.port && isSameAddress(each.address, client.host));
  if (dial === undefined) return UNKNOWN;
  const clients = look.connections.filter(({ port }) => port === hop.port);
  const { process } = dial;
  if (process === null) return dials.length === 1 && clients.length === 1 ? oneOf(clients, 1) : UNKNOWN;
  const held = clients.filter((each) => each.process?.pid === process.pid);
  if (held.length > 0) return oneOf(held, dials.filter((each) => each.process?.pid === process.pid).length);
  // The hop's own program lets go of a client a moment before or after it ends its dial.
  const { name, pid } = process;
  return isOfHop(name, hop, look) ? UNKNOWN : { kind: 'onServer', name, pid };
}

function oneOf(clients: readonly ServerConnection[], dials: number): HopClient {
  const ends = clients.map(({ peer: { host, port } }) => ({ host: plainAddress(host) ?? host, port }));
  const [first] = ends;
  if (first === undefined) return UNKNOWN;
  if (ends.length === 1 && dials === 1) return { kind: 'seen', client: first };
  const isOneHost = ends.every(({ host }) => host === first.host);
  return { kind: 'among', clients: Math.max(ends.length, dials), host: isOneHost ? first.host : null };
}

/** Claims that the hop is a program of this name, or may be one. */
function isOfHop(name: string, { port }: OpenHop, { listeners, connections }: SeenServer): boolean {
  const holders = [...listeners, ...connections].filter((each) => each.port === port);
  return (
    holders.every(({ process }) => process === null) || holders.some(({ process }) => process?.name === name)
  );
}
