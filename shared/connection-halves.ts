import type { Connection } from './connection.ts';
import { type Endpoint, isIpv4, isIpv6 } from './endpoint.ts';
import type { EstablishedSocket } from './established-socket.ts';
import { plainAddress } from './listener-address.ts';

/** What the server shows of the half of a connection that is there. */
export type ServerHalf =
  /** It is this one. */
  | { readonly kind: 'seen'; readonly socket: EstablishedSocket }
  /** It is one of several; SSH does not tell which. Some may be of other people. */
  | { readonly kind: 'among'; readonly sockets: number }
  /** None of the sockets is it, or the connection has not got so far. */
  | { readonly kind: 'notSeen' };

/**
 * Finds the other half of each connection among what is established on the server, by the connections' ids.
 *
 * A remote forward's client is known to the port, so its socket is found exactly. Of a local or dynamic forward's
 * connection only the target is known, and the port from which sshd dials it is not: sockets whose remote end is the
 * target may be its half. The only one is it, as ours must be among them. A target that is a name is looked for by
 * its port alone, since only the server knows what the name means there.
 */
export function matchServerHalves(
  connections: readonly Connection[],
  /** The forwards whose clients connect to the server (-R). */
  remoteForwardIds: ReadonlySet<string>,
  sockets: readonly EstablishedSocket[],
): ReadonlyMap<string, ServerHalf> {
  const byRemotePort = groupBy(sockets, ({ remote }) => String(remote.port));
  // A thousand connections to one target have one answer.
  const askers = groupBy(connections, (connection) => {
    const sought = soughtEnd(connection, remoteForwardIds);
    return sought === null ? '' : `${sought.port} ${sought.host}`;
  });
  const halves = new Map<string, ServerHalf>();
  for (const group of askers.values()) {
    const sought = group[0] ? soughtEnd(group[0], remoteForwardIds) : null;
    const half = findHalf(sought, byRemotePort, group.length);
    for (const { id } of group) halves.set(id, half);
  }
  return halves;
}

/** Whom the server's socket leads to; null where there is none, or none that can be known. */
function soughtEnd(
  { forwardId, client, target, state }: Connection,
  remoteForwardIds: ReadonlySet<string>,
): Endpoint | null {
  // After the end of either side the server's socket is established no more.
  if (state !== 'open') return null;
  const end = remoteForwardIds.has(forwardId) ? client : target;
  return end === null || end.port === 0 ? null : end;
}

function findHalf(
  sought: Endpoint | null,
  byRemotePort: ReadonlyMap<string, readonly EstablishedSocket[]>,
  askers: number,
): ServerHalf {
  if (sought === null) return { kind: 'notSeen' };
  const there = byRemotePort.get(String(sought.port)) ?? [];
  const fitting = there.filter(({ remote }) => mayBe(sought.host, remote.host));
  const [first] = fitting;
  if (first === undefined) return { kind: 'notSeen' };
  return fitting.length === 1 && askers === 1
    ? { kind: 'seen', socket: first }
    : { kind: 'among', sockets: fitting.length };
}

/** Claims that a socket at this address may lead to that host. */
function mayBe(host: string, address: string): boolean {
  const found = plainAddress(address) ?? address;
  if (host.toLowerCase() === 'localhost') return found.startsWith('127.') || found === '::1';
  return isIpv4(host) || isIpv6(host) ? plainAddress(host) === found : true;
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
