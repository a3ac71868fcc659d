import { isUnheard } from '#shared/engine-silence.ts';
import type { TunnelSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { missingForwards, statusWord } from '#shared/tunnel-words.ts';
import type { AppState } from './app-state.ts';

/** How many tunnels are open, of all there are. */
export function countOpen({ order, tunnels }: Pick<AppState, 'order' | 'tunnels'>): number {
  return order.filter((id) => {
    const tunnel = tunnels[id];
    return tunnel?.state.status === 'open' && !isUnheard(tunnel);
  }).length;
}

/** All tunnels in one line: `3 open · 1 partly open · 1 needs you`. `Nothing open` where there is nothing to say. */
export function totalsInWords({ order, tunnels }: Pick<AppState, 'order' | 'tunnels'>): string {
  const counts = new Map<Mention, number>();
  for (const id of order) {
    const tunnel = tunnels[id];
    if (!tunnel) continue;
    const mention = mentionOf(tunnel);
    counts.set(mention, (counts.get(mention) ?? 0) + 1);
  }
  const words = MENTIONED.flatMap((mention) => {
    const count = counts.get(mention);
    return count === undefined ? [] : [`${count} ${wordFor(mention, count)}`];
  });
  return words.length === 0 ? 'Nothing open' : words.join(SEPARATOR);
}

/** Stands between the totals. */
export const SEPARATOR = ' · ';

type Mention = TunnelStatus | 'partlyOpen' | 'unknown';

/** Worth a word in this order: what is up, what needs a hand, what is under way. */
const MENTIONED: readonly Mention[] = [
  'unknown',
  'open',
  'partlyOpen',
  'needsUser',
  'failed',
  'waiting',
  'connecting',
];

/** A tunnel with forwards missing is not called open, as its card does not say so either. */
function mentionOf(tunnel: TunnelSnapshot): Mention {
  if (isUnheard(tunnel)) return 'unknown';
  return missingForwards(tunnel) === null ? tunnel.state.status : 'partlyOpen';
}

function wordFor(mention: Mention, count: number): string {
  if (mention === 'unknown') return 'unknown';
  if (mention === 'partlyOpen') return 'partly open';
  if (mention === 'needsUser') return count === 1 ? 'needs you' : 'need you';
  return statusWord(mention).toLowerCase();
}
