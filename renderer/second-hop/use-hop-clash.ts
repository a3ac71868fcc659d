import { findHopRival, hopRivalWords } from '#shared/hop-rival.ts';
import type { Profile } from '#shared/profile.ts';
import { useAppStore } from '../store/app-store.ts';

/** One of our own that wants the port of a hop. */
export interface HopClash {
  readonly words: string;
  /** It is of the very profile: the two would always be in each other's way. */
  readonly isOwn: boolean;
}

/** Finds out whether one of our own wants the port that a hop is to have; `port` is undefined while none is chosen. */
export function useHopClash(
  profile: Profile,
  forwardId: string,
  port: number | undefined,
): HopClash | undefined {
  const profiles = useAppStore((state) => state.profiles);
  if (port === undefined) return undefined;
  const rival = findHopRival(port, { profile, forwardId }, Object.values(profiles));
  return rival && { words: hopRivalWords(rival, profile.id), isOwn: rival.profile.id === profile.id };
}
