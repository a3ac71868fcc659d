import { Play, Square } from 'lucide-react';
import { isUnheard } from '#shared/engine-silence.ts';
import { entranceRemark, isExposedTooFar } from '#shared/entrance-light.ts';
import type { LightTone } from '#shared/lights.ts';
import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot, TunnelStatus } from '#shared/tunnel-state.ts';
import { isRunning, missingForwards, tunnelWord } from '#shared/tunnel-words.ts';
import { Button } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import { Shape } from '../design/Shape.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import styles from './card-head.module.css';
import { serverLabel, viaLabel } from './server-label.ts';
import { stateDetail, stateNote } from './state-detail.ts';

interface CardHeadProps {
  readonly profile: Profile;
  readonly tunnel: TunnelSnapshot;
  readonly headingId: string;
}

/** The top of a card: its name, its state in words, and the one click that changes it. */
export function CardHead({ profile, tunnel, headingId }: CardHeadProps) {
  const { id, state } = tunnel;
  const server = serverLabel(profile);
  const via = viaLabel(profile);
  const note = stateNote(tunnel);
  return (
    <header className={styles.head}>
      <div className={styles.names}>
        <h2 id={headingId} className={styles.name} title={profile.name}>
          {profile.name}
        </h2>
        <div className={styles.line}>
          <p className={classNames(styles.state, styles[toneOf(tunnel)])}>
            <Shape tone={toneOf(tunnel)} />
            <span role="status" className={styles.word}>
              {tunnelWord(tunnel)}
            </span>
            <Detail tunnel={tunnel} />
          </p>
          <p className={styles.server} title={server}>
            {server}
          </p>
          {via !== '' && <p className={styles.via}>{via}</p>}
        </div>
        {note !== null && <p className={styles.note}>{note}</p>}
      </div>
      {isRunning(state.status) ? (
        <Button onClick={() => void run('tunnels.stop', { id })}>
          <Square aria-hidden="true" />
          Stop
        </Button>
      ) : (
        <Button look="soft" onClick={() => void run('tunnels.start', { id })}>
          <Play aria-hidden="true" />
          Start
        </Button>
      )}
    </header>
  );
}

function Detail({ tunnel }: { readonly tunnel: TunnelSnapshot }) {
  const detail = useClock((now) => stateDetail(tunnel, now));
  return detail === '' ? null : (
    <span className={styles.detail} title={detail}>
      {detail}
    </span>
  );
}

function toneOf(tunnel: TunnelSnapshot): LightTone {
  if (isUnheard(tunnel)) return 'off';
  if (tunnel.state.status === 'open' && isExposedTooFar(tunnel)) return 'bad';
  const isAmiss = missingForwards(tunnel) !== null || entranceRemark(tunnel) !== null;
  return tunnel.state.status === 'open' && isAmiss ? 'busy' : TONES[tunnel.state.status];
}

const TONES: Readonly<Record<TunnelStatus, LightTone>> = {
  stopped: 'off',
  connecting: 'busy',
  needsUser: 'ask',
  open: 'ok',
  waiting: 'busy',
  stopping: 'busy',
  failed: 'bad',
};
