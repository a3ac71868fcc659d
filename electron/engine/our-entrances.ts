import type { Forward } from '#shared/profile.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';
import type { OurListener } from './listeners/our-listeners.ts';
import type { OurHop, OurRemoteListener } from './server/mark-ours.ts';

/** What of a tunnel tells where it listens. */
interface ListeningTunnel {
  readonly id: string;
  readonly profile: { readonly name: string };
  readonly running: readonly {
    readonly id: string;
    readonly forward: Forward;
    readonly snapshot: ForwardSnapshot;
  }[];
}

/** Where a tunnel listens on this computer now. */
export function localEntrances(tunnel: ListeningTunnel): OurListener[] {
  return tunnel.running.flatMap(({ id, forward, snapshot: { state } }) => {
    if (forward.kind === 'remote' || state.status !== 'listening') return [];
    return state.bound.map(({ host, port }) => ({ ...nameOf(tunnel, id), address: host, port }));
  });
}

/** Where a tunnel's remote forwards listen on the server now, as far as SSH tells. */
export function remoteEntrances(tunnel: ListeningTunnel): OurRemoteListener[] {
  return tunnel.running.flatMap(({ id, forward, snapshot: { state } }) => {
    if (forward.kind !== 'remote' || state.status !== 'listening') return [];
    return state.bound.map(({ port }) => ({
      ...nameOf(tunnel, id),
      askedAddress: forward.bind.address,
      port,
      knownAt: state.seen?.verdict === 'exposed' ? [] : (state.seen?.endpoints ?? []).map(({ host }) => host),
    }));
  });
}

/** Where a tunnel's second hops listen on the server now. */
export function hopEntrances(tunnel: ListeningTunnel): OurHop[] {
  return tunnel.running.flatMap(({ id, snapshot: { secondHop } }) =>
    secondHop?.status === 'open' ? [{ ...nameOf(tunnel, id), port: secondHop.bound.port }] : [],
  );
}

function nameOf({ id, profile: { name } }: ListeningTunnel, forwardId: string) {
  return { tunnelId: id, tunnelName: name, forwardId };
}
