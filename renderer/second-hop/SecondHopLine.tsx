import { describeError } from '#shared/describe-error.ts';
import { formatDuration } from '#shared/format-duration.ts';
import type { LightTone } from '#shared/lights.ts';
import type { Profile } from '#shared/profile.ts';
import type { HopState, SecondHop } from '#shared/second-hop.ts';
import { Button } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import styles from './second-hop.module.css';

interface SecondHopLineProps {
  readonly profile: Profile;
  readonly forwardId: string;
  readonly rule: SecondHop;
  /** Undefined while the tunnel is stopped. */
  readonly state: HopState | undefined;
}

/** The second hop of a forward in its row: where it listens, whether it does, and the way to be rid of it. */
export function SecondHopLine({ profile, forwardId, rule, state }: SecondHopLineProps) {
  const { host } = profile.server;
  const words = useClock((now) => hopWords(state, now));
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
      <Button onClick={() => void run('profiles.fillSecondHop', { id: profile.id, forwardId })}>
        Fill the hop in
      </Button>
      {state?.status === 'failed' && (
        <p role="alert" className={styles.problem}>
          <strong>{describeError(state.error).what}</strong> {describeError(state.error).advice}
        </p>
      )}
    </div>
  );
}

function hopWords(state: HopState | undefined, now: number): string {
  switch (state?.status) {
    case undefined:
      return 'is dug with the tunnel';
    case 'waiting':
      return 'waits for the forward';
    case 'digging':
      return 'is being dug';
    case 'open':
      return `open for anyone who can reach the server, ${formatDuration(now - state.since)}`;
    case 'failed':
      return state.retryAt === null
        ? 'is not dug'
        : `is not dug, next try in ${formatDuration(Math.max(0, state.retryAt - now))}`;
  }
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
