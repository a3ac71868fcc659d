import { isExposed } from './exposure.ts';
import type { Forward } from './profile.ts';
import { hopAgreedFor, type SecondHop } from './second-hop.ts';

/**
 * What a yes to a second hop is worth for a forward as it is. Only one that `stands` is dug.
 * `serverOnly`: the forward is not to be open to others at all. `otherwise`: the yes was for something else.
 * `hidesSources`: only some may enter, and behind a hop nobody can be told apart.
 */
export type HopStanding = 'stands' | 'serverOnly' | 'otherwise' | 'hidesSources';

/** What of a remote forward a yes to a second hop depends on. */
export type HoppingForward = Pick<Extract<Forward, { kind: 'remote' }>, 'bind' | 'target' | 'allowFrom'>;

/** Judges a yes in the order in which the engine asks. */
export function hopStanding(
  server: Parameters<typeof hopAgreedFor>[0],
  forward: HoppingForward,
  rule: Pick<SecondHop, 'agreedFor'>,
): HopStanding {
  if (!isExposed(forward.bind.address)) return 'serverOnly';
  if (rule.agreedFor !== hopAgreedFor(server, forward)) return 'otherwise';
  return (forward.allowFrom ?? []).length > 0 ? 'hidesSources' : 'stands';
}
