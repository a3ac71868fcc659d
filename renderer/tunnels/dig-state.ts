import { type EntranceCondition, entranceCondition } from '#shared/entrance-light.ts';
import type { LightTone } from '#shared/lights.ts';
import type { ForwardSnapshot, ForwardState, TunnelStatus } from '#shared/tunnel-state.ts';
import type { DigState } from './PathPicture.tsx';

/** How the pipe of a forward is drawn: whole only while its tunnel is open and its entrance really listens. */
export function digState(
  tunnel: TunnelStatus,
  isEnabled: boolean,
  forward: ForwardState | undefined,
): DigState {
  if (!isEnabled || tunnel === 'stopped' || tunnel === 'stopping') return 'closed';
  if (tunnel === 'failed' || forward?.status === 'refused') return 'broken';
  return tunnel === 'open' && forward?.status === 'listening' ? 'open' : 'digging';
}

/** What of a forward's snapshot its own row speaks of. */
export type ForwardNow = Pick<ForwardSnapshot, 'state' | 'secondHop'>;

/** The sign beside a forward's state. */
export function forwardTone(isEnabled: boolean, forward: ForwardNow | undefined, isOpen: boolean): LightTone {
  if (!isEnabled || forward === undefined) return 'off';
  const { state, secondHop } = forward;
  switch (state.status) {
    case 'off':
      return 'off';
    case 'listening':
      return isOpen ? CONDITION_TONES[entranceCondition(state, secondHop)] : 'busy';
    case 'opening':
    case 'retrying':
      return 'busy';
    case 'refused':
      return 'bad';
  }
}

const CONDITION_TONES = {
  fine: 'ok',
  exposed: 'bad',
  contested: 'busy',
  loopbackOnly: 'busy',
  checking: 'busy',
  unseen: 'ok',
  unseenWide: 'off',
} as const satisfies Record<EntranceCondition, LightTone>;
