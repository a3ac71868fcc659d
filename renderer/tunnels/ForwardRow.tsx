import { Copy } from 'lucide-react';
import { type Forward, forwardLabel, type Profile } from '#shared/profile.ts';
import type { ForwardSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { IconButton } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { Switch } from '../design/Switch.tsx';
import { SecondHopLine } from '../second-hop/SecondHopLine.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import { closedNote } from './closed-entrance.ts';
import { addressToCopy } from './copy-address.ts';
import { copyAddress } from './copy-to-clipboard.ts';
import { digState, forwardTone } from './dig-state.ts';
import { ForwardAlerts } from './ForwardAlerts.tsx';
import { ForwardExposure } from './ForwardExposure.tsx';
import { ForwardTestPanel } from './ForwardTestPanel.tsx';
import { forwardPath } from './forward-path.ts';
import styles from './forward-row.module.css';
import { PathPicture } from './PathPicture.tsx';
import { serverName } from './server-label.ts';
import { forwardWords } from './state-detail.ts';
import { TestButton } from './TestButton.tsx';

interface ForwardRowProps {
  readonly profile: Profile;
  readonly forward: Forward;
  readonly snapshot: ForwardSnapshot | undefined;
  readonly tunnelStatus: TunnelStatus;
  /** One line instead of the picture. */
  readonly isCompact: boolean;
}

/** One forward on a card: its switch, its state, its path, and what is wrong with it alone. */
export function ForwardRow({ profile, forward, snapshot, tunnelStatus, isCompact }: ForwardRowProps) {
  const label = forwardLabel(forward);
  const closed = useClock((now) => closedNote(forward, snapshot?.state, now));
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <Switch
          label={label}
          on={forward.enabled}
          onChange={(enabled) =>
            void run('profiles.setForwardEnabled', { id: profile.id, forwardId: forward.id, enabled })
          }
        />
        <span className={styles.label} title={label}>
          {isCompact ? label : forward.name || KIND_WORDS[forward.kind]}
        </span>
        <RowState forward={forward} snapshot={snapshot} tunnelStatus={tunnelStatus} />
        <TestButton tunnelId={profile.id} forward={forward} snapshot={snapshot} tunnelStatus={tunnelStatus} />
        {profile.forwards.length > 1 && <RowCopy profile={profile} forward={forward} snapshot={snapshot} />}
      </div>
      <ForwardExposure profile={profile} forward={forward} snapshot={snapshot} />
      {!isCompact && (
        <PathPicture
          path={forwardPath(forward, serverName(profile), snapshot?.state, {
            hop: snapshot?.secondHop,
            closed,
          })}
          dig={digState(tunnelStatus, forward.enabled, snapshot?.state)}
        />
      )}
      {forward.kind === 'remote' && forward.secondHop && (
        <SecondHopLine
          profile={profile}
          forward={forward}
          rule={forward.secondHop}
          state={snapshot?.secondHop}
        />
      )}
      <ForwardTestPanel tunnelId={profile.id} forward={forward} />
      {!isCompact && (
        <ForwardAlerts profile={profile} forward={forward} snapshot={snapshot} tunnelStatus={tunnelStatus} />
      )}
    </li>
  );
}

const KIND_WORDS = {
  local: 'Local forward',
  remote: 'Remote forward',
  dynamic: 'SOCKS proxy',
} as const;

function RowState({ forward, snapshot, tunnelStatus }: Omit<ForwardRowProps, 'profile' | 'isCompact'>) {
  const isOpen = tunnelStatus === 'open';
  const words = useClock((now) => forwardWords(snapshot, forward.enabled, isOpen, now));
  if (words === '') return null;
  return (
    <span className={styles.state}>
      <Shape tone={forwardTone(forward.enabled, snapshot, isOpen)} />
      {words}
    </span>
  );
}

function RowCopy({ profile, forward, snapshot }: Pick<ForwardRowProps, 'profile' | 'forward' | 'snapshot'>) {
  const address = addressToCopy(forward, profile.server.host, snapshot);
  return (
    <IconButton
      label={address === null ? `Copy the entrance of ${forwardLabel(forward)}` : `Copy ${address}`}
      onClick={() => void copyAddress(address)}
    >
      <Copy aria-hidden="true" />
    </IconButton>
  );
}
