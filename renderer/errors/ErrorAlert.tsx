import { TriangleAlert } from 'lucide-react';
import { isBindError } from '#shared/describe-bind-error.ts';
import { describeError } from '#shared/describe-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { classNames } from '../design/class-names.ts';
import styles from './error-alert.module.css';
import { HolderAge } from './HolderAge.tsx';
import { PortRemedies } from './PortRemedies.tsx';
import { RemedyButton } from './RemedyButton.tsx';
import { remediesFor } from './remedies.ts';

interface ErrorAlertProps {
  readonly error: TunnelError;
  readonly tunnelId: string;
  /** The forward that the error is about, where it is about one alone. */
  readonly forwardId?: string;
  /** `wait` while Culvert mends it by itself, `bad` when a person must act. */
  readonly tone: 'wait' | 'bad';
  readonly onConfirmExposure?: () => void;
  /** Whether the next attempt can be brought forward, whatever the advice. */
  readonly offersRetry?: boolean;
}

/** What happened, to what, and what to do about it, with the button that does it. */
export function ErrorAlert({
  error,
  tunnelId,
  forwardId,
  tone,
  onConfirmExposure,
  offersRetry = false,
}: ErrorAlertProps) {
  const { what, advice } = describeError(error);
  return (
    <div className={classNames(styles.callout, styles[tone])}>
      <TriangleAlert className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <p role="alert" className={styles.words}>
          <strong>{what}</strong> {advice}
        </p>
        <HolderAge error={error} />
        <div className={styles.buttons}>
          {forwardId !== undefined && isBindError(error) && (
            <PortRemedies error={error} tunnelId={tunnelId} forwardId={forwardId} />
          )}
          {remediesFor(error, offersRetry).map((each) => (
            <RemedyButton
              key={each}
              remedy={each}
              error={error}
              tunnelId={tunnelId}
              forwardId={forwardId}
              onConfirmExposure={onConfirmExposure}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
