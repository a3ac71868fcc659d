import { isExposed } from './exposure.ts';
import type { Forward } from './profile.ts';
import type { ForwardSnapshot } from './tunnel-state.ts';

/**
 * Claims that an entrance which others were to reach is open to them now. Where nobody could look at the server it
 * counts as open; where it was seen to be on the server's loopback only, a second hop alone makes it so.
 */
export function isOpenToOthers(
  { kind, bind }: Pick<Forward, 'kind' | 'bind'>,
  snapshot: Pick<ForwardSnapshot, 'state' | 'secondHop'> | undefined,
): boolean {
  if (!isExposed(bind.address) || snapshot?.state.status !== 'listening') return false;
  const isKeptBack = kind === 'remote' && snapshot.state.seen?.verdict === 'loopbackOnly';
  return !isKeptBack || snapshot.secondHop?.status === 'open';
}
