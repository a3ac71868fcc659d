import { assertNever } from './assert-never.ts';
import { type ExposureEnd, exposureOf } from './exposure-lease.ts';
import { formatAgo, formatDuration } from './format-duration.ts';
import { isOpenToOthers } from './open-to-others.ts';
import type { Forward } from './profile.ts';
import { sourcesInWords } from './source-words.ts';
import type { ForwardSnapshot, RefusedSources } from './tunnel-state.ts';

/** What a forward's badge says about who else can reach it. */
export interface ExposureBadge {
  /** Open, to be opened, or closed to others. */
  readonly door: 'open' | 'ready' | 'closed';
  readonly words: string;
}

/**
 * The badge of a forward that others could reach; null where nobody else can. `now` in milliseconds since the epoch.
 * A remote forward is open to others where that was seen on the server, or a second hop is; else it was only asked for.
 */
export function exposureBadge(
  forward: Forward,
  snapshot: Pick<ForwardSnapshot, 'state' | 'secondHop'> | undefined,
  now: number,
): ExposureBadge | null {
  const exposure = exposureOf(forward, now);
  switch (exposure.status) {
    case 'loopback':
      return null;
    case 'notConfirmed':
      return { door: 'closed', words: 'Closed to others · needs your consent' };
    case 'expired':
      return { door: 'closed', words: `Closed to others · time was over ${formatAgo(now - exposure.at)}` };
    case 'agreed': {
      const isListening = snapshot?.state.status === 'listening';
      const head = isListening ? openWords(forward, snapshot) : 'To be open to others';
      const words = [head, endInWords(exposure.ends, now), whoInWords(forward.allowFrom)].join(' · ');
      return { door: isOpenToOthers(forward, snapshot) ? 'open' : 'ready', words };
    }
    default:
      return assertNever(exposure);
  }
}

/** `3 refused, last 192.168.1.7, 2 min ago`. */
export function refusedInWords({ count, latest: [last] }: RefusedSources, now: number): string {
  return last === undefined
    ? `${count} refused`
    : `${count} refused, last ${addressInWords(last.address)}, ${formatAgo(now - last.at)}`;
}

/** An address that was turned away; a server can report what is none. */
export function addressInWords(address: string): string {
  return address === 'unknown' ? 'an unknown address' : address;
}

function openWords(
  { kind }: Forward,
  { state, secondHop }: Pick<ForwardSnapshot, 'state' | 'secondHop'>,
): string {
  const sight = state.status === 'listening' ? state.seen : undefined;
  const isSeen = kind !== 'remote' || secondHop?.status === 'open' || sight?.verdict === 'asAsked';
  return isSeen ? 'Open to others' : 'Asked to be open to others';
}

function endInWords(ends: Exclude<ExposureEnd, { when: 'over' }>, now: number): string {
  switch (ends.when) {
    case 'never':
      return 'until you close it';
    case 'stop':
      return 'until you stop it';
    case 'at':
      return `${timeLeft(ends.at - now)} left`;
    default:
      return assertNever(ends);
  }
}

const YEAR_MS = 366 * 24 * 3_600_000;

/** Rounded up, as people count down: never `0 s` while it is open. */
function timeLeft(milliseconds: number): string {
  if (milliseconds > YEAR_MS) return 'over a year';
  const unitMs = milliseconds > 60_000 ? 60_000 : 1000;
  return formatDuration(Math.ceil(milliseconds / unitMs) * unitMs);
}

function whoInWords(allowFrom: readonly string[] = []): string {
  return allowFrom.length === 0 ? 'anyone may enter' : `${sourcesInWords(allowFrom)} allowed`;
}
