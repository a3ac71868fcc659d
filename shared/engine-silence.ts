import type { ForwardSnapshot, TunnelSnapshot } from './tunnel-state.ts';

/** Claims that nobody knows how a tunnel stands: the engine that runs it does not answer. */
export function isUnheard({ engineSilentSince }: Pick<TunnelSnapshot, 'engineSilentSince'>): boolean {
  return engineSilentSince !== undefined;
}

/** Why a light is grey then, in words that follow the tunnel's state or name. */
export const UNHEARD_WORDS = 'the engine does not answer';

/** What may be said of a forward now: nothing while the engine does not answer. */
export function heardForward(tunnel: TunnelSnapshot, forwardId: string): ForwardSnapshot | undefined {
  return isUnheard(tunnel) ? undefined : tunnel.forwards.find(({ id }) => id === forwardId);
}
