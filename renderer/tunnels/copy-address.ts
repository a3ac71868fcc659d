import { formatEndpoint } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';
import { boundPort } from './forward-path.ts';

/** The address of an entrance, ready to be typed into another program; null while its port is not known. */
export function addressToCopy(
  forward: Forward,
  serverHost: string,
  snapshot: ForwardSnapshot | undefined,
): string | null {
  const port = boundPort(snapshot?.state) ?? forward.bind.port;
  if (port === 0) return null;
  const own = ownLoopback(snapshot);
  if (own !== null) return formatEndpoint({ host: own, port });
  return formatEndpoint({
    host: isLoopbackOnly(snapshot) ? 'localhost' : hostToCopy(forward, serverHost),
    port,
  });
}

/** On a loopback that it shares with another program, the name would lead to either. */
function ownLoopback(snapshot: ForwardSnapshot | undefined): string | null {
  const seen = snapshot?.state.status === 'listening' ? snapshot.state.seen : null;
  const host = seen?.others && seen.endpoints[0]?.host;
  return host && bindScope(host) === 'loopback' ? host : null;
}

/** Whatever was asked for, only the server's own programs can use it. */
function isLoopbackOnly(snapshot: ForwardSnapshot | undefined): boolean {
  return snapshot?.state.status === 'listening' && snapshot.state.seen?.verdict === 'loopbackOnly';
}

/** The forward whose address stands for the whole tunnel: the first that is switched on, else the first. */
export function forwardToCopy({ forwards }: Pick<Profile, 'forwards'>): Forward | undefined {
  return forwards.find(({ enabled }) => enabled) ?? forwards[0];
}

/**
 * `*` is no address that a program can connect to: for a local forward this computer's own name does, for a remote
 * one the server's. An entrance on the server's loopback is `localhost` to the only programs that can use it.
 */
function hostToCopy({ kind, bind }: Forward, serverHost: string): string {
  const { address } = bind;
  switch (bindScope(address)) {
    case 'loopback':
      return address === '' ? 'localhost' : address;
    case 'all':
      return kind === 'remote' ? serverHost : 'localhost';
    case 'one':
      return address;
  }
}
