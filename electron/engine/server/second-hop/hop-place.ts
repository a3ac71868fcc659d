import type { Endpoint } from '#shared/endpoint.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../../forward/channel-source.ts';

/** Where a hop is wanted: a session, and the loopback listener on its server that the hop leads to. */
export interface HopPlace {
  readonly source: ChannelSource;
  readonly target: Endpoint;
  /** What a yes must be for to count here; see `hopAgreedFor`. */
  readonly agreedFor: string;
}

/** The place for a forward in this state on this session; null while the server does not listen for it. */
export function hopPlace(
  forward: Forward,
  state: ForwardState,
  source: ChannelSource | null,
  server: Profile['server'],
): HopPlace | null {
  if (forward.kind !== 'remote' || state.status !== 'listening' || source === null) return null;
  const [bound] = state.bound;
  if (bound === undefined) return null;
  const endpoints = state.seen?.endpoints ?? [];
  const isOnlyOnIpv6 = endpoints.length > 0 && endpoints.every(({ host }) => host === '::1');
  const target = { host: isOnlyOnIpv6 ? '::1' : '127.0.0.1', port: bound.port };
  return { source, target, agreedFor: hopAgreedFor(server, forward) };
}
