import { assertNever } from './assert-never.ts';
import { isUnheard, UNHEARD_WORDS } from './engine-silence.ts';
import { entranceRemark } from './entrance-light.ts';
import type { ForwardSnapshot, TunnelSnapshot, TunnelStatus } from './tunnel-state.ts';

/** The one word for a tunnel's state: the same on the card, in the tray and in the menu. */
export function statusWord(status: TunnelStatus): string {
  switch (status) {
    case 'stopped':
      return 'Stopped';
    case 'connecting':
      return 'Connecting';
    case 'needsUser':
      return 'Needs you';
    case 'open':
      return 'Open';
    case 'waiting':
      return 'Waiting';
    case 'stopping':
      return 'Stopping';
    case 'failed':
      return 'Failed';
    default:
      return assertNever(status);
  }
}

/** The word for a tunnel as it stands now: that of its state, unless nobody knows whether it still holds. */
export function tunnelWord(snapshot: TunnelSnapshot): string {
  return isUnheard(snapshot) ? 'Unknown' : statusWord(snapshot.state.status);
}

/** How many of the forwards that are switched on really listen. */
export function countListening(forwards: readonly ForwardSnapshot[]): { listening: number; wanted: number } {
  const wanted = forwards.filter(({ state }) => state.status !== 'off');
  return {
    listening: wanted.filter(({ state }) => state.status === 'listening').length,
    wanted: wanted.length,
  };
}

/** `1 of 2 listening` where an open tunnel has forwards missing, else null. */
export function missingForwards({ state, forwards }: TunnelSnapshot): string | null {
  if (state.status !== 'open') return null;
  const { listening, wanted } = countListening(forwards);
  return listening === wanted ? null : `${listening} of ${wanted} listening`;
}

/** A tunnel in one line, as in the tray: `Mail: Open, 1 of 2 listening`. */
export function tunnelLine(name: string, snapshot: TunnelSnapshot): string {
  if (isUnheard(snapshot)) return `${name}: ${tunnelWord(snapshot)}, ${UNHEARD_WORDS}`;
  const words = [statusWord(snapshot.state.status), missingForwards(snapshot), entranceRemark(snapshot)];
  return `${name}: ${words.filter((each) => each !== null).join(', ')}`;
}

/** Claims that the tunnel is on: a click on its tray entry stops it. */
export function isRunning(status: TunnelStatus): boolean {
  return status !== 'stopped' && status !== 'failed';
}

/** Claims that a start would help: the tunnel does not run, or runs with forwards missing. */
export function startHelps(snapshot: TunnelSnapshot): boolean {
  return !isRunning(snapshot.state.status) || missingForwards(snapshot) !== null;
}
