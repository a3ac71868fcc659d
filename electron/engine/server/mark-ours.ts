import { bindScope } from '#shared/exposure.ts';
import type { SystemListener } from '#shared/listener.ts';
import { isSameAddress, parseIp } from '#shared/listener-address.ts';
import type { SeenServer } from '#shared/server-look.ts';
import { isSshServer } from './read-look.ts';

/** A remote forward that listens now, as it was asked for and with the port that it got. */
export interface OurRemoteListener {
  readonly tunnelId: string;
  readonly tunnelName: string;
  readonly forwardId: string;
  readonly askedAddress: string;
  readonly port: number;
}

/**
 * Marks the server's listeners that are entrances of ours. An ordinary user is not shown sshd's processes, so one without
 * a process is ours by its port, its address and its owner: the account itself, or root for servers (dropbear) that
 * bind before they change the user.
 */
export function markOurs(look: SeenServer, ours: readonly OurRemoteListener[]): SeenServer {
  return { ...look, listeners: look.listeners.map((listener) => mark(listener, look, ours)) };
}

/** A second hop that is open now. */
export interface OurHop {
  readonly tunnelId: string;
  readonly tunnelName: string;
  readonly forwardId: string;
  readonly port: number;
}

/** Marks the listeners that are our second hops: programs of the account itself, on the port that they were given. */
export function markHops(look: SeenServer, hops: readonly OurHop[]): SeenServer {
  const { uid } = look.account;
  const listeners = look.listeners.map((listener) => {
    const hop = hops.find(({ port }) => port === listener.port);
    const isTheirs = listener.owner !== null && uid !== null && listener.owner.uid !== uid;
    if (hop === undefined || isTheirs || listener.ours !== null) return listener;
    const { tunnelId, tunnelName, forwardId } = hop;
    return { ...listener, ours: { tunnelId, tunnelName, forwardId } };
  });
  return { ...look, listeners };
}

function mark(
  listener: SystemListener,
  { account, serverPid }: SeenServer,
  ours: readonly OurRemoteListener[],
): SystemListener {
  const { process, owner } = listener;
  if (process !== null && process.pid !== serverPid && !isSshServer(process.name)) return listener;
  if (owner !== null && owner.uid !== 0 && account.uid !== null && owner.uid !== account.uid) return listener;
  const candidates = ours.filter(
    ({ port, askedAddress }) => port === listener.port && couldListenAt(askedAddress, listener.address),
  );
  const best =
    candidates.find(({ askedAddress }) => isSameAddress(askedAddress, listener.address)) ?? candidates[0];
  if (best === undefined) return listener;
  const { tunnelId, tunnelName, forwardId } = best;
  return { ...listener, ours: { tunnelId, tunnelName, forwardId } };
}

/** Whatever was asked for, a server may make it all addresses or loopback; another single address it does not choose. */
function couldListenAt(asked: string, address: string): boolean {
  if (bindScope(address) !== 'one') return true;
  // A name is looked up by the server.
  return bindScope(asked) === 'one' && (parseIp(asked) === null || isSameAddress(asked, address));
}
