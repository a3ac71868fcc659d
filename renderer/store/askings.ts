import type { Prompt } from '#shared/prompt.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';

/** The error that says a server's key is not the trusted one. */
export type HostKeyChanged = Extract<TunnelError, { code: 'hostKeyChanged' }>;

/** A question of a tunnel, by the ids that its state has, too. */
export interface PromptAsking {
  readonly kind: 'prompt';
  readonly tunnelId: string;
  readonly promptId: string;
  /** `seen`: shown so long that a person may be about to answer it; `answered`: the answer is on its way. Absent: neither. */
  readonly progress?: 'seen' | 'answered';
}

/** Something that a person must look at before anything else: one dialog, one at a time. */
export type Asking =
  | PromptAsking
  /** A question that went away by itself while a person was at it: it stands until that is read. */
  | { readonly kind: 'over'; readonly tunnelId: string; readonly prompt: Prompt }
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
 * keeps its place. The first is the one that is shown, and never gives way to the next under a person's hands:
 * what they go on to type would be sent to another server.
 */
export function askingAfter(
  queue: readonly Asking[],
  before: TunnelSnapshot | undefined,
  { id, state }: TunnelSnapshot,
): readonly Asking[] {
  const asked = state.status === 'needsUser' ? state.prompt.id : null;
  const kept = queue.flatMap((asking, index): readonly Asking[] => {
    if (asking.tunnelId !== id || asking.kind === 'over') return [asking];
    const isShown = index === 0;
    if (asking.kind === 'hostKeyChanged') return isShown || state.status === 'failed' ? [asking] : [];
    return asking.promptId === asked ? [asking] : leftOf(asking, isShown, before);
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
  return kept.length === queue.length && kept.every((asking, index) => asking === queue[index])
    ? queue
    : kept;
}

/** The queue after a tunnel was removed. */
export function askingWithout(queue: readonly Asking[], id: string, before: TunnelSnapshot | undefined) {
  return queue.flatMap((asking, index) =>
    asking.tunnelId !== id || asking.kind !== 'prompt' ? [asking] : leftOf(asking, index === 0, before),
  );
}

/** What stands in the place of a question that its tunnel asks no longer. */
function leftOf(
  { tunnelId, promptId, progress }: PromptAsking,
  isShown: boolean,
  before: TunnelSnapshot | undefined,
): readonly Asking[] {
  // What leaves before anybody can have read it was answered together with the one before it.
  if (!isShown || progress !== 'seen') return [];
  if (before?.state.status !== 'needsUser' || before.state.prompt.id !== promptId) return [];
  return [{ kind: 'over', tunnelId, prompt: before.state.prompt }];
}
