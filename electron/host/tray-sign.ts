import { isUnheard } from '#shared/engine-silence.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { missingForwards } from '#shared/tunnel-words.ts';

/** What the tray's icon says of all tunnels together. The icons differ in shape, not in colour alone. */
export type TraySign = 'idle' | 'open' | 'attention';

/** The icon and the words beside it. */
export interface TraySummary {
  readonly sign: TraySign;
  readonly tooltip: string;
}

/** Sums up all tunnels: something needs a look, or something is open, or nothing is. */
export function summarize(snapshots: Iterable<TunnelSnapshot>): TraySummary {
  let open = 0;
  let troubled = 0;
  for (const snapshot of snapshots) {
    if (snapshot.state.status === 'open' && !isUnheard(snapshot)) open += 1;
    if (isTroubled(snapshot)) troubled += 1;
  }
  const words = [
    open > 0 ? `${open} open` : '',
    troubled > 0 ? `${troubled} ${troubled === 1 ? 'needs' : 'need'} a look` : '',
  ].filter((word) => word !== '');
  return {
    sign: troubled > 0 ? 'attention' : open > 0 ? 'open' : 'idle',
    tooltip: words.length > 0 ? `Culvert: ${words.join(', ')}` : 'Culvert: no tunnel is open',
  };
}

/** Claims that a tunnel is not as its user wants it, and does not get there in a moment by itself. */
function isTroubled(snapshot: TunnelSnapshot): boolean {
  if (isUnheard(snapshot)) return true;
  switch (snapshot.state.status) {
    case 'needsUser':
    case 'waiting':
    case 'failed':
      return true;
    case 'open':
      return missingForwards(snapshot) !== null;
    default:
      return false;
  }
}
