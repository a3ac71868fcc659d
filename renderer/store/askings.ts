import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';

/** The error that says a server's key is not the trusted one. */
export type HostKeyChanged = Extract<TunnelError, { code: 'hostKeyChanged' }>;

/** Something that a person must look at before anything else: one dialog, one at a time. */
export type Asking =
  | { readonly kind: 'prompt'; readonly tunnelId: string; readonly promptId: string }
  /** Holds its own data: the warning stays until it is read, though the tunnel may be gone. */
  | { readonly kind: 'hostKeyChanged'; readonly tunnelId: string; readonly error: HostKeyChanged };

/** What waits for a person when the window opens. A changed key was shown when it happened; its card still says so. */
export function firstAskings(tunnels: readonly TunnelSnapshot[]): readonly Asking[] {
  return tunnels.flatMap(({ id, state }) =>
    state.status === 'needsUser' ? [{ kind: 'prompt', tunnelId: id, promptId: state.prompt.id }] : [],
  );
}

/** Claims that both warn of one key of one server: thirty tunnels to it need one warning. */
function isSameKey(a: HostKeyChanged, b: TunnelError): boolean {
  return (
    b.code === 'hostKeyChanged' && a.host === b.host && a.port === b.port && a.fingerprint === b.fingerprint
  );
}

/**
 * The queue after a tunnel changed: what is answered leaves, what is new stands at the end, and all else
 * keeps its place, so that a dialog never changes under a person's hands.
 */
export function askingAfter(
  queue: readonly Asking[],
  before: TunnelSnapshot | undefined,
  { id, state }: TunnelSnapshot,
): readonly Asking[] {
  const asked = state.status === 'needsUser' ? state.prompt.id : null;
  const kept = queue.filter((asking) => {
    if (asking.tunnelId !== id) return true;
    return asking.kind === 'prompt' ? asking.promptId === asked : state.status === 'failed';
  });
  if (asked !== null && !kept.some((asking) => asking.kind === 'prompt' && asking.promptId === asked)) {
    return [...kept, { kind: 'prompt', tunnelId: id, promptId: asked }];
  }
  if (
    state.status === 'failed' &&
    state.error.code === 'hostKeyChanged' &&
    before?.state.status !== 'failed' &&
    !kept.some((asking) => asking.kind === 'hostKeyChanged' && isSameKey(asking.error, state.error))
  ) {
    return [...kept, { kind: 'hostKeyChanged', tunnelId: id, error: state.error }];
  }
  return kept.length === queue.length ? queue : kept;
}
