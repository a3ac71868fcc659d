import { Copy } from 'lucide-react';
import { useState } from 'react';
import type { EntranceSight } from '#shared/entrance-sight.ts';
import { type Forward, forwardLabel, type Profile } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardSnapshot, ForwardState, TunnelStatus } from '#shared/tunnel-state.ts';
import { IconButton } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { Switch } from '../design/Switch.tsx';
import { ErrorAlert } from '../errors/ErrorAlert.tsx';
import { DigSecondHop } from '../second-hop/DigSecondHop.tsx';
import { SecondHopLine } from '../second-hop/SecondHopLine.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import { useForwardTest } from '../store/test-store.ts';
import { AskExposure } from './AskExposure.tsx';
import { addressToCopy } from './copy-address.ts';
import { copyAddress } from './copy-to-clipboard.ts';
import { digState, forwardTone } from './dig-state.ts';
import { ExposedByServerAlert } from './ExposedByServerAlert.tsx';
import { ForwardExposure } from './ForwardExposure.tsx';
import { ForwardTestPanel } from './ForwardTestPanel.tsx';
import { forwardPath } from './forward-path.ts';
import styles from './forward-row.module.css';
import { LoopbackOnlyAlert } from './LoopbackOnlyAlert.tsx';
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
          path={forwardPath(forward, serverName(profile), snapshot?.state, snapshot?.secondHop)}
          dig={digState(tunnelStatus, forward.enabled, snapshot?.state)}
        />
      )}
      {forward.kind === 'remote' && forward.secondHop && (
        <SecondHopLine
          profile={profile}
          forwardId={forward.id}
          rule={forward.secondHop}
          state={snapshot?.secondHop}
        />
      )}
      <ForwardTestPanel tunnelId={profile.id} forward={forward} />
      <RowAlerts profile={profile} forward={forward} snapshot={snapshot} tunnelStatus={tunnelStatus} />
    </li>
  );
}

/** What waits for a port of this computer can be tried now as well: somebody may just have freed it. */
function offersRetry({ status, error }: Extract<ForwardState, { error: unknown }>): boolean {
  return status === 'refused' ? !isAboutExposure(error) : error.code === 'portInUse';
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

function RowAlerts({ profile, forward, snapshot, tunnelStatus }: Omit<ForwardRowProps, 'isCompact'>) {
  const [isAsking, setAsking] = useState(false);
  const test = useForwardTest({ id: profile.id, forwardId: forward.id });
  if (!forward.enabled || !snapshot) return null;
  const { state, target } = snapshot;
  const isToldByTest = test?.kind === 'done' && target.status === 'failed' && test.outcome.at === target.at;
  return (
    <>
      {(state.status === 'refused' || state.status === 'retrying') && (
        <ErrorAlert
          error={state.error}
          tunnelId={profile.id}
          forwardId={forward.id}
          tone={state.status === 'refused' ? 'bad' : 'wait'}
          onConfirmExposure={() => setAsking(true)}
          offersRetry={offersRetry(state)}
        />
      )}
      {state.status === 'listening' && tunnelStatus === 'open' && (
        <SightAlert profile={profile} forward={forward} snapshot={snapshot} sight={state.seen} />
      )}
      {target.status === 'failed' && tunnelStatus === 'open' && !isToldByTest && (
        <ErrorAlert error={target.error} tunnelId={profile.id} tone="wait" />
      )}
      {isAsking && <AskExposure profile={profile} forward={forward} onDone={() => setAsking(false)} />}
    </>
  );
}

interface SightAlertProps extends Pick<ForwardRowProps, 'profile' | 'forward' | 'snapshot'> {
  readonly sight: EntranceSight | null | undefined;
}

function SightAlert({ profile, forward, snapshot, sight }: SightAlertProps) {
  if (!sight || sight.verdict === 'asAsked') return null;
  const props = { tunnelId: profile.id, forward, server: serverName(profile), sight };
  if (sight.verdict === 'exposed') return <ExposedByServerAlert {...props} />;
  // The hop's own line says the rest.
  if (snapshot?.secondHop) return null;
  return (
    <LoopbackOnlyAlert {...props}>
      <DigSecondHop profile={profile} forwardId={forward.id} />
    </LoopbackOnlyAlert>
  );
}

/** Trying again does not help where a person has to agree first. */
function isAboutExposure({ code }: TunnelError): boolean {
  return code === 'exposureNotConfirmed' || code === 'exposureExpired';
}
