import { clash, type Entrance } from './forward-clashes.ts';
import type { Profile } from './profile.ts';

/**
 * The saved profile other than `ownId` whose switched-on forward wants the same port of this computer, if there is
 * one: only one of the two can listen at a time.
 */
export function findRival(
  entrance: Entrance,
  profiles: readonly Profile[],
  ownId: string,
): Profile | undefined {
  if (entrance.kind === 'remote') return undefined;
  return profiles.find(
    ({ id, forwards }) => id !== ownId && forwards.some((other) => other.enabled && clash(entrance, other)),
  );
}
