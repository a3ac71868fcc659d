import type { TunnelStatus } from '#shared/tunnel-state.ts';
import { statusWord } from '#shared/tunnel-words.ts';
import type { AppState } from './app-state.ts';

/** How many tunnels are open, of all there are. */
export function countOpen({ order, tunnels }: Pick<AppState, 'order' | 'tunnels'>): number {
  return order.filter((id) => tunnels[id]?.state.status === 'open').length;
}

/** Worth a word in this order: what is up, what needs a hand, what is under way. */
const MENTIONED: readonly TunnelStatus[] = ['open', 'needsUser', 'failed', 'waiting', 'connecting'];

/** All tunnels in one line: `3 open · 1 needs you`. `Nothing open` where there is nothing to say. */
export function totalsInWords({ order, tunnels }: Pick<AppState, 'order' | 'tunnels'>): string {
  const words = MENTIONED.flatMap((status) => {
    const count = order.filter((id) => tunnels[id]?.state.status === status).length;
    return count === 0 ? [] : [`${count} ${wordFor(status, count)}`];
  });
  return words.length === 0 ? 'Nothing open' : words.join(' · ');
}

function wordFor(status: TunnelStatus, count: number): string {
  if (status === 'needsUser') return count === 1 ? 'needs you' : 'need you';
  return statusWord(status).toLowerCase();
}
