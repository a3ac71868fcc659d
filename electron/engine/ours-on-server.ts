import { type Forward, forwardLabel } from '#shared/profile.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';

/** What of a tunnel tells where it listens on its server. */
interface ListeningTunnel {
  readonly id: string;
  readonly profile: { readonly name: string };
  readonly running: readonly { readonly forward: Forward; readonly snapshot: ForwardSnapshot }[];
}

/**
 * What of ours listens on a port of a server, or is about to, for the middle of a sentence, such as `your own second hop of
 * “Files”`; null if nothing does. The hop of the forward that asks does not count.
 */
export function oursOnServer(
  asking: { readonly id: string },
  tunnels: readonly ListeningTunnel[],
  { forwardId, port }: { readonly forwardId: string; readonly port: number },
): string | null {
  for (const tunnel of tunnels) {
    for (const { forward, snapshot } of tunnel.running) {
      const where = tunnel.id === asking.id ? '' : ` of the tunnel “${tunnel.profile.name}”`;
      const words = `“${forwardLabel(forward)}”${where}`;
      if (listensAt(forward, snapshot, port)) return `your own forward ${words}`;
      if (forward.id !== forwardId && hasHopAt(forward, snapshot, port))
        return `your own second hop of ${words}`;
    }
  }
  return null;
}

/** At whatever address: a second hop wants them all, and the system gives it none where one is taken. */
function listensAt({ kind }: Forward, { state }: ForwardSnapshot, port: number): boolean {
  return kind === 'remote' && state.status === 'listening' && state.bound.some((each) => each.port === port);
}

/** Two that are dug at once learn of each other's end first, and of its listening later. */
function hasHopAt(forward: Forward, { secondHop }: ForwardSnapshot, port: number): boolean {
  const isThere = secondHop?.status === 'open' || secondHop?.status === 'digging';
  return forward.kind === 'remote' && isThere && forward.secondHop?.port === port;
}
