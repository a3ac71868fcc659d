import { DoorClosed, DoorOpen } from 'lucide-react';
import { useState } from 'react';
import { isExposed } from '#shared/exposure.ts';
import { exposureOf } from '#shared/exposure-lease.ts';
import { type ExposureBadge, exposureBadge } from '#shared/exposure-words.ts';
import { isOpenToOthers } from '#shared/open-to-others.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';
import { Button } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import { AskExposure } from './AskExposure.tsx';
import styles from './forward-exposure.module.css';
import { RefusedClients } from './RefusedClients.tsx';

interface ForwardExposureProps {
  readonly profile: Profile;
  readonly forward: Forward;
  readonly snapshot: ForwardSnapshot | undefined;
}

/** Who else can reach a forward, until when, who was turned away, and the buttons that change it. Nothing where nobody can. */
export function ForwardExposure({ profile, forward, snapshot }: ForwardExposureProps) {
  if (!forward.enabled || !isExposed(forward.bind.address)) return null;
  return (
    <div className={styles.exposure}>
      <div className={styles.line}>
        <Badge forward={forward} snapshot={snapshot} />
        <ExposureButtons profile={profile} forward={forward} snapshot={snapshot} />
      </div>
      {snapshot?.refusedSources && <RefusedClients refused={snapshot.refusedSources} />}
    </div>
  );
}

function Badge({ forward, snapshot }: Pick<ForwardExposureProps, 'forward' | 'snapshot'>) {
  // A text, because what depends on the clock is compared by value.
  const text = useClock((now) => {
    const badge = exposureBadge(forward, snapshot, now);
    return badge === null ? '' : `${badge.door} ${badge.words}`;
  });
  if (text === '') return null;
  const gap = text.indexOf(' ');
  const door = text.slice(0, gap) as ExposureBadge['door'];
  const Icon = door === 'closed' ? DoorClosed : DoorOpen;
  return (
    <p className={classNames(styles.badge, styles[door])}>
      <Icon aria-hidden="true" />
      {text.slice(gap + 1)}
    </p>
  );
}

function ExposureButtons({ profile, forward, snapshot }: ForwardExposureProps) {
  const [isAsking, setAsking] = useState(false);
  const ends = useClock((now) => {
    const exposure = exposureOf(forward, now);
    return exposure.status === 'agreed' ? exposure.ends.when : null;
  });
  return (
    <>
      {ends !== null && (
        <div className={styles.buttons}>
          <Button onClick={() => void run('profiles.endExposure', { id: profile.id, forwardId: forward.id })}>
            {/* Where nothing is open there is nothing to close, but a yes to take back. */}
            {isOpenToOthers(forward, snapshot) ? 'Close to others now' : 'Keep closed to others'}
          </Button>
          <Button onClick={() => setAsking(true)}>{ends === 'at' ? 'Extend…' : 'Who and how long…'}</Button>
        </div>
      )}
      {isAsking && <AskExposure profile={profile} forward={forward} onDone={() => setAsking(false)} />}
    </>
  );
}
