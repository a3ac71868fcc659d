import { isUnheard, UNHEARD_WORDS } from '#shared/engine-silence.ts';
import { type EntranceCondition, entranceCondition, entranceRemark } from '#shared/entrance-light.ts';
import { formatDuration } from '#shared/format-duration.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { missingForwards } from '#shared/tunnel-words.ts';
import type { ForwardNow } from './dig-state.ts';

/** What stands behind the status word: since when, which attempt, how long to wait. Empty where the word says it all. */
export function stateDetail(snapshot: TunnelSnapshot, now: number): string {
  if (isUnheard(snapshot)) return UNHEARD_WORDS;
  const { state } = snapshot;
  switch (state.status) {
    case 'open': {
      const amiss = missingForwards(snapshot) ?? entranceRemark(snapshot);
      const since = formatDuration(now - state.since);
      return amiss === null ? since : `${amiss} · ${since}`;
    }
    case 'waiting':
      return `tries again ${inSeconds(state.retryAt, now)}`;
    case 'connecting': {
      const { attempt, jump, phase } = state;
      const words = [
        attempt > 1 && `attempt ${attempt}`,
        jump && `jump host ${jump.host}`,
        phase === 'turn' && 'waits for the same password',
      ];
      return words.filter((each) => each).join(' · ');
    }
    default:
      return '';
  }
}

/** What the tunnel waits for, a sentence, where that is more than the state's own word says; else null. */
export function stateNote(snapshot: TunnelSnapshot): string | null {
  const { state } = snapshot;
  if (isUnheard(snapshot) || state.status !== 'connecting') return null;
  return state.jump?.waitsForAnswer ? 'Waits for your answer to another tunnel.' : null;
}

/** A forward's state in its own row; empty where the tunnel's state says it all. */
export function forwardWords(
  forward: ForwardNow | undefined,
  isEnabled: boolean,
  isOpen: boolean,
  now: number,
): string {
  if (!isEnabled) return 'Switched off';
  if (forward === undefined) return '';
  const { state, secondHop } = forward;
  switch (state.status) {
    case 'off':
      return 'Switched off';
    case 'opening':
      return 'Opening';
    case 'listening':
      return isOpen ? CONDITION_WORDS[entranceCondition(state, secondHop)] : 'Port held, clients wait';
    case 'retrying':
      return `Retrying ${inSeconds(state.retryAt, now)}`;
    case 'refused':
      return refusedWord(state.error);
  }
}

/** What waits for a person's yes was refused by nobody. */
function refusedWord({ code }: TunnelError): string {
  return code === 'exposureNotConfirmed' || code === 'exposureExpired' ? 'Closed' : 'Refused';
}

const CONDITION_WORDS = {
  fine: 'Listening',
  exposed: 'Open to more than asked',
  contested: 'Shared with another program',
  loopbackOnly: 'Only on the server itself',
  checking: 'Listening, looking where',
  unseen: 'Listening, reach unknown',
  unseenWide: 'Listening, reach unknown',
} as const satisfies Record<EntranceCondition, string>;

function inSeconds(at: number, now: number): string {
  const seconds = Math.ceil((at - now) / 1000);
  return seconds <= 0 ? 'now' : `in ${formatDuration(seconds * 1000)}`;
}
