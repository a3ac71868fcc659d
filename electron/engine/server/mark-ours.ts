import { bindScope } from '#shared/exposure.ts';
import type { SystemListener } from '#shared/listener.ts';
import { isSameAddress, parseIp } from '#shared/listener-address.ts';
import type { SeenServer } from '#shared/server-look.ts';
import { type Evidence, evidenceFor, isGuess } from './listener-evidence.ts';

/** A remote forward that listens now, as it was asked for and with the port that it got. */
export interface OurRemoteListener {
  readonly tunnelId: string;
  readonly tunnelName: string;
  readonly forwardId: string;
  readonly askedAddress: string;
  readonly port: number;
  /** Addresses at which it was proved before on this session to listen. */
  readonly knownAt?: readonly string[];
}

/**
 * Marks the server's listeners that are entrances of ours. A forward that got only one of two addresses has a stranger's
 * program on the other: of those that could be its listeners, only the ones with the best evidence are marked.
 */
export function markOurs(look: SeenServer, ours: readonly OurRemoteListener[]): SeenServer {
  const claims = look.listeners.map((listener) => claimOn(listener, look, ours));
  const best = new Map<string, number>();
  for (const claim of claims) {
    if (claim) best.set(claim.by.forwardId, Math.max(best.get(claim.by.forwardId) ?? 0, claim.evidence));
  }
  const listeners = look.listeners.map((listener, index) => {
    const claim = claims[index];
    if (!claim || claim.evidence < (best.get(claim.by.forwardId) ?? 0)) return listener;
    const { tunnelId, tunnelName, forwardId, knownAt = [] } = claim.by;
    const isKnown = knownAt.includes(listener.address);
    if (!isGuess(claim.evidence) || isKnown) {
      return { ...listener, ours: { tunnelId, tunnelName, forwardId } };
    }
    // What was tried and did not prove to be ours is no guess any more.
    if (knownAt.length > 0) return listener;
    return { ...listener, ours: { tunnelId, tunnelName, forwardId, isDoubtful: true } };
  });
  return { ...look, listeners };
}

/** A second hop that is open now. */
export interface OurHop {
  readonly tunnelId: string;
  readonly tunnelName: string;
  readonly forwardId: string;
  readonly port: number;
}

/**
 * Marks the listeners that are our second hops: programs of the account itself, at all addresses of the port that they were given.
 * A program at one address can stand beside it on some systems (BSD).
 */
export function markHops(look: SeenServer, hops: readonly OurHop[]): SeenServer {
  const { uid } = look.account;
  const listeners = look.listeners.map((listener) => {
    const hop = hops.find(({ port }) => port === listener.port && bindScope(listener.address) === 'all');
    const isTheirs = listener.owner !== null && uid !== null && listener.owner.uid !== uid;
    if (hop === undefined || isTheirs || listener.ours !== null) return listener;
    const { tunnelId, tunnelName, forwardId } = hop;
    return { ...listener, ours: { tunnelId, tunnelName, forwardId } };
  });
  return { ...look, listeners };
}

interface Claim {
  readonly by: OurRemoteListener;
  readonly evidence: Evidence;
}

function claimOn(
  listener: SystemListener,
  look: SeenServer,
  ours: readonly OurRemoteListener[],
): Claim | null {
  const candidates = ours.filter(
    ({ port, askedAddress }) => port === listener.port && couldListenAt(askedAddress, listener.address),
  );
  const by =
    candidates.find(({ askedAddress }) => isSameAddress(askedAddress, listener.address)) ?? candidates[0];
  const evidence = by === undefined ? null : evidenceFor(listener, look);
  return by === undefined || evidence === null ? null : { by, evidence };
}

/** Whatever was asked for, a server may make it all addresses or loopback; another single address it does not choose. */
function couldListenAt(asked: string, address: string): boolean {
  if (bindScope(address) !== 'one') return true;
  // A name is looked up by the server.
  return bindScope(asked) === 'one' && (parseIp(asked) === null || isSameAddress(asked, address));
}
