import { formatEndpoint } from '#shared/endpoint.ts';
import { bindLabel, type Forward } from '#shared/profile.ts';
import type { HopState } from '#shared/second-hop.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import { seenEntrance } from './entrance-note.ts';
import { type PathModel, pathOf, withEntrance } from './path-model.ts';

/**
 * The path of a saved forward; a port that the server chose takes the place of the 0 that was asked for, and what was seen
 * of the entrance the place of what was wished. An open second hop is where others enter; `closed` says why nobody can.
 */
export function forwardPath(
  forward: Forward,
  serverHost: string,
  state: ForwardState | undefined,
  more: { readonly hop?: HopState | undefined; readonly closed?: string | null } = {},
): PathModel {
  const { hop, closed = null } = more;
  const target = forward.kind === 'dynamic' ? null : forward.target;
  const path = pathOf({
    kind: forward.kind,
    serverHost,
    bindAddress: forward.bind.address,
    entrance: entranceLabel(forward, state),
    target: target === null ? '' : formatEndpoint(target),
    targetHost: target?.host ?? '',
    targetPort: target?.port ?? null,
    allowedSources: forward.allowFrom ?? [],
  });
  if (closed !== null) return withEntrance(path, { title: null, note: closed });
  if (hop?.status === 'open') {
    const note = `second hop, for anyone who can reach ${serverHost}`;
    return withEntrance(path, { title: bindLabel({ address: hop.bound.host, port: hop.bound.port }), note });
  }
  const seen = seenEntrance(forward, serverHost, state);
  return seen === null ? path : withEntrance(path, seen);
}

/** `localhost:42424`; before the server has chosen a port, `localhost, any port`. */
export function entranceLabel(forward: Forward, state: ForwardState | undefined): string {
  const { address, port } = forward.bind;
  const realPort = boundPort(state) ?? port;
  return realPort === 0
    ? `${address === '' ? 'localhost' : address}, any port`
    : bindLabel({ address, port: realPort });
}

/** The port that a forward really listens on, where that is known. */
export function boundPort(state: ForwardState | undefined): number | null {
  return state?.status === 'listening' ? (state.bound[0]?.port ?? null) : null;
}
