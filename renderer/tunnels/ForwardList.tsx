import { heardForward, isUnheard } from '#shared/engine-silence.ts';
import { forwardLabel, type Profile } from '#shared/profile.ts';
import type { TunnelSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { classNames } from '../design/class-names.ts';
import { ForwardAlerts, hasAlert } from './ForwardAlerts.tsx';
import { ForwardRow } from './ForwardRow.tsx';
import styles from './forward-list.module.css';

/** More pictures than these would bury the card's other words: then each forward is one line, and the list scrolls. */
const MAX_PICTURES = 3;

/** What is wrong with more forwards than these would bury the rest of the card. */
const MAX_ALERTS = 3;

interface ForwardListProps {
  readonly profile: Profile;
  readonly tunnel: TunnelSnapshot;
}

/** The forwards of a card, one row each. */
export function ForwardList({ profile, tunnel }: ForwardListProps) {
  const isCompact = profile.forwards.length > MAX_PICTURES;
  return (
    <>
      <ul className={classNames(styles.list, isCompact ? styles.compact : styles.pictures)}>
        {profile.forwards.map((forward) => (
          <ForwardRow
            key={forward.id}
            profile={profile}
            forward={forward}
            snapshot={heardForward(tunnel, forward.id)}
            tunnelStatus={heardStatus(tunnel)}
            isCompact={isCompact}
          />
        ))}
      </ul>
      {isCompact && <Alerts profile={profile} tunnel={tunnel} />}
    </>
  );
}

/** What is wrong with single forwards, beneath the list: within it, an alarm could be scrolled out of sight. */
function Alerts({ profile, tunnel }: ForwardListProps) {
  const status = heardStatus(tunnel);
  const troubled = profile.forwards.filter((forward) =>
    hasAlert(forward, heardForward(tunnel, forward.id), status),
  );
  const more = troubled.length - MAX_ALERTS;
  return troubled.length === 0 ? null : (
    <div className={styles.alerts}>
      {troubled.slice(0, MAX_ALERTS).map((forward) => (
        <div key={forward.id}>
          <p className={styles.of}>{forwardLabel(forward)}</p>
          <ForwardAlerts
            profile={profile}
            forward={forward}
            snapshot={heardForward(tunnel, forward.id)}
            tunnelStatus={status}
          />
        </div>
      ))}
      {more > 0 && (
        <p className={styles.of}>
          {more === 1 ? 'One more forward is' : `${more} more forwards are`} not as it should be: see the
          list.
        </p>
      )}
    </div>
  );
}

/** A tunnel of which nothing is known is drawn like one that does nothing. */
function heardStatus(tunnel: TunnelSnapshot): TunnelStatus {
  return isUnheard(tunnel) ? 'stopped' : tunnel.state.status;
}
