import type { Endpoint } from '#shared/endpoint.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import type { Arrivals } from '../../forward/arrivals.ts';
import type { ChannelSource } from '../../forward/channel-source.ts';
import { doorOf, proveEntrance } from '../../probe/prove-entrance.ts';

/** Why a hop must lead nowhere: what it would open to everyone is another program's, or may be. */
export type HopTargetDoubt = 'entranceNotOurs' | 'entranceUnknown';

/** Where a hop is wanted: a session, and the loopback listener on its server that the hop leads to. */
export interface HopPlace {
  readonly source: ChannelSource;
  /** Where that listener may be, the likeliest first. */
  readonly targets: readonly Endpoint[];
  /** Somebody has looked where it is, or cannot: before that, nothing is dug. */
  readonly isLookedFor: boolean;
  /** What a yes must be for to count here; see `hopAgreedFor`. */
  readonly agreedFor: string;
  /** Finds the one that is soundly ours. Never rejects; once `signal` aborts it says at once that it cannot tell. */
  findTarget(signal: AbortSignal): Promise<Result<Endpoint, HopTargetDoubt>>;
}

/** What a place is made of beside the forward and its state. */
interface HopSurroundings {
  readonly source: ChannelSource | null;
  /** Who comes in by the forward. */
  readonly arrivals: Arrivals;
  readonly server: Profile['server'];
}

/**
 * The place for a forward in this state; null while the server does not listen for it. On a server's loopback any account
 * may listen on one address family while we have the other: a connection of our own that comes back by the forward proves
 * which is ours, and where none is allowed a look at the server tells.
 */
export function hopPlace(
  forward: Forward,
  state: ForwardState,
  { source, arrivals, server }: HopSurroundings,
): HopPlace | null {
  if (forward.kind !== 'remote' || state.status !== 'listening' || source === null) return null;
  const [bound] = state.bound;
  const { seen, unseen } = state;
  if (bound === undefined) return null;
  const hosts = seen ? seen.endpoints.map((endpoint) => doorOf(endpoint).host) : ['127.0.0.1', '::1'];
  const targets = [...new Set(hosts)].map((host) => ({ host, port: bound.port }));
  return {
    source,
    targets,
    isLookedFor: seen !== undefined || unseen !== undefined,
    agreedFor: hopAgreedFor(server, forward),
    findTarget: async (signal) => {
      let doubt: HopTargetDoubt = 'entranceNotOurs';
      for (const target of targets) {
        const proof = await proveEntrance({ source, arrivals }, target, signal);
        if (proof === 'ours' || (proof === 'unknown' && seen && !signal.aborted)) return succeed(target);
        if (proof === 'unknown') doubt = 'entranceUnknown';
      }
      return fail(doubt);
    },
  };
}
