import { exposureOf } from '#shared/exposure-lease.ts';
import type { Forward } from '#shared/profile.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';

/**
 * What stands beneath an entrance that was to be open to others and is not, for want of a yes; null elsewhere. Such a
 * forward does not listen at all, so that nobody can enter, this computer's own programs neither.
 * `now` in milliseconds since the epoch.
 */
export function closedNote(forward: Forward, state: ForwardState | undefined, now: number): string | null {
  // What listens, listens, whatever this window's clock says.
  if (state?.status === 'listening') return null;
  switch (exposureOf(forward, now).status) {
    case 'notConfirmed':
      return 'closed: nobody can enter until you agree';
    case 'expired':
      return 'closed: its time is over, nobody can enter';
    case 'loopback':
    case 'agreed':
      return null;
  }
}
