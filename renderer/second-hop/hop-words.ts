import { assertNever } from '#shared/assert-never.ts';
import { isExposureConfirmed } from '#shared/exposure-lease.ts';
import { formatDuration } from '#shared/format-duration.ts';
import { hopStanding } from '#shared/hop-standing.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { HopState, SecondHop } from '#shared/second-hop.ts';

/** A second hop and what it hangs on. */
interface HopNow {
  readonly server: Profile['server'];
  readonly forward: Extract<Forward, { kind: 'remote' }>;
  readonly rule: SecondHop;
  /** Undefined while the tunnel is stopped. */
  readonly state: HopState | undefined;
}

/** What stands behind the address of a second hop in its row: whether it is dug, and if not, why. */
export function hopWords(hop: HopNow, now: number): string {
  const { state } = hop;
  switch (state?.status) {
    case undefined:
      return restingWords(hop, now);
    case 'waiting':
      return isExposureConfirmed(hop.forward, now) ? 'waits for the forward' : CLOSED;
    case 'digging':
      return 'is being dug';
    case 'open':
      return `open for anyone who can reach the server, ${formatDuration(now - state.since)}`;
    case 'failed':
      return state.retryAt === null
        ? 'is not dug'
        : `is not dug, next try in ${formatDuration(Math.max(0, state.retryAt - now))}`;
    default:
      return assertNever(state);
  }
}

const CLOSED = 'is not dug while the forward is closed to others';

/** Why there is no hop now. */
function restingWords({ server, forward, rule }: HopNow, now: number): string {
  const standing = hopStanding(server, forward, rule);
  switch (standing) {
    case 'serverOnly':
      return 'is not dug: the forward is for the server itself only';
    case 'otherwise':
      return 'is not dug: you agreed to it for something else';
    case 'hidesSources':
      return 'is not dug while only some may enter';
    case 'stands':
      if (!isExposureConfirmed(forward, now)) return CLOSED;
      return forward.enabled ? 'is dug with the tunnel' : 'is dug with the forward';
    default:
      return assertNever(standing);
  }
}
