import { assertNever } from '#shared/assert-never.ts';
import { describeError } from '#shared/describe-error.ts';
import { formatDuration } from '#shared/format-duration.ts';
import { hopStanding } from '#shared/hop-standing.ts';
import type { LightTone } from '#shared/lights.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { HopState, SecondHop } from '#shared/second-hop.ts';
import { Button } from '../design/Button.tsx';
import { Shape } from '../design/Shape.tsx';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import { ShowOnServerButton } from '../tunnels/ShowOnServerButton.tsx';
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
  const words = useClock((now) => (state ? hopWords(state, now) : restingWords(profile, forward, rule)));
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

/** Why there is no hop now. */
function restingWords(profile: Profile, forward: RemoteForward, rule: SecondHop): string {
  const standing = hopStanding(profile.server, forward, rule);
  switch (standing) {
    case 'serverOnly':
      return 'is not dug: the forward is for the server itself only';
    case 'otherwise':
      return 'is not dug: you agreed to it for something else';
    case 'hidesSources':
      return 'is not dug while only some may enter';
    case 'stands':
      return forward.enabled ? 'is dug with the tunnel' : 'is dug with the forward';
    default:
      return assertNever(standing);
  }
}

function hopWords(state: HopState, now: number): string {
  switch (state.status) {
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
