import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { classNames } from '../design/class-names.ts';
import { ForwardRow } from './ForwardRow.tsx';
import styles from './forward-list.module.css';

/** More pictures than these would bury the card's other words: then each forward is one line, and the list scrolls. */
const MAX_PICTURES = 3;

/** The forwards of a card, one row each. */
export function ForwardList({
  profile,
  tunnel,
}: {
  readonly profile: Profile;
  readonly tunnel: TunnelSnapshot;
}) {
  const isCompact = profile.forwards.length > MAX_PICTURES;
  return (
    <ul className={classNames(styles.list, isCompact ? styles.compact : styles.pictures)}>
      {profile.forwards.map((forward) => (
        <ForwardRow
          key={forward.id}
          profile={profile}
          forward={forward}
          snapshot={tunnel.forwards.find(({ id }) => id === forward.id)}
          tunnelStatus={tunnel.state.status}
          isCompact={isCompact}
        />
      ))}
    </ul>
  );
}
