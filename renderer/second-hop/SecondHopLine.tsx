import { describeError } from '#shared/describe-error.ts';
import type { LightTone } from '#shared/lights.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { HopState, SecondHop } from '#shared/second-hop.ts';
import { Button } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import { ShowOnServerButton } from '../tunnels/ShowOnServerButton.tsx';
import { hopWords } from './hop-words.ts';
import styles from './second-hop.module.css';

type RemoteForward = Extract<Forward, { kind: 'remote' }>;

interface SecondHopLineProps {
  readonly profile: Profile;
  readonly forward: RemoteForward;
  readonly rule: SecondHop;
  /** Undefined while the tunnel is stopped. */
  readonly state: HopState | undefined;
}

/** The second hop of a forward in its row: where it listens, whether it does, and the way to be rid of it. */
export function SecondHopLine({ profile, forward, rule, state }: SecondHopLineProps) {
  const { host } = profile.server;
  const words = useClock((now) => hopWords({ server: profile.server, forward, rule, state }, now));
  return (
    <div className={styles.line}>
      <p className={styles.state}>
        <Shape tone={hopTone(state)} />
        <span>
          Second hop{' '}
          <code>
            {host} *:{rule.port}
          </code>{' '}
          <span className={styles.words}>{words}</span>
        </span>
      </p>
      <div className={styles.buttons}>
        {state?.status === 'open' && <ShowOnServerButton tunnelId={profile.id} port={rule.port} />}
        <Button onClick={() => void run('profiles.fillSecondHop', { id: profile.id, forwardId: forward.id })}>
          Fill the hop in
        </Button>
      </div>
      {state?.status === 'failed' && (
        <p role="alert" className={styles.problem}>
          <strong>{describeError(state.error).what}</strong> {describeError(state.error).advice}
        </p>
      )}
    </div>
  );
}

function hopTone(state: HopState | undefined): LightTone {
  switch (state?.status) {
    case undefined:
      return 'off';
    case 'waiting':
    case 'digging':
      return 'busy';
    case 'open':
      return 'ok';
    case 'failed':
      return 'bad';
  }
}
