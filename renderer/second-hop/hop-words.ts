import { formatDuration } from '#shared/format-duration.ts';
import type { LightTone } from '#shared/lights.ts';
import type { HopState } from '#shared/second-hop.ts';

/** What the hop's line says of it. `now` in milliseconds since the epoch. */
export function hopWords(state: HopState, now: number): string {
  switch (state.status) {
    case 'waiting':
      return 'waits for the forward';
    case 'digging':
      return 'is being dug';
    case 'open':
      return state.fullWith === undefined
        ? `open for anyone who can reach the server, ${formatDuration(now - state.since)}`
        : `is full: ${state.fullWith} ${state.fullWith === 1 ? 'client' : 'clients'} at once; more wait`;
    case 'unheard':
      return `has not been heard of for ${formatDuration(Math.max(0, now - state.lastHeardAt))}, so it has probably ended`;
    case 'failed':
      return failedWords(state.retryAt, now);
  }
}

/** The sign beside it; undefined while the tunnel is stopped. */
export function hopTone(state: HopState | undefined): LightTone {
  switch (state?.status) {
    case undefined:
      return 'off';
    case 'waiting':
    case 'digging':
      return 'busy';
    case 'open':
      return state.fullWith === undefined ? 'ok' : 'busy';
    case 'unheard':
      return 'off';
    case 'failed':
      return 'bad';
  }
}

/** From the time of the next try on it is being tried. */
function failedWords(retryAt: number | null, now: number): string {
  if (retryAt === null) return 'is not dug';
  const seconds = Math.ceil((retryAt - now) / 1000);
  return seconds <= 0
    ? 'is not dug, trying again now'
    : `is not dug, next try in ${formatDuration(seconds * 1000)}`;
}
