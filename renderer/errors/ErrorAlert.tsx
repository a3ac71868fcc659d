import { TriangleAlert } from 'lucide-react';
import { describeError } from '#shared/describe-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { classNames } from '../design/class-names.ts';
import styles from './error-alert.module.css';
import { HolderButton, RemedyButton } from './RemedyButton.tsx';

interface ErrorAlertProps {
  readonly error: TunnelError;
  readonly tunnelId: string;
  /** `wait` while Culvert mends it by itself, `bad` when a person must act. */
  readonly tone: 'wait' | 'bad';
  readonly onConfirmExposure?: () => void;
}

/** What happened, to what, and what to do about it, with the button that does it. */
export function ErrorAlert({ error, tunnelId, tone, onConfirmExposure }: ErrorAlertProps) {
  const { what, advice, remedy } = describeError(error);
  return (
    <div className={classNames(styles.callout, styles[tone])}>
      <TriangleAlert className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <p role="alert" className={styles.words}>
          <strong>{what}</strong> {advice}
        </p>
        {remedy !== null && (
          <div className={styles.buttons}>
            <RemedyButton
              remedy={remedy}
              error={error}
              tunnelId={tunnelId}
              onConfirmExposure={onConfirmExposure}
            />
            {remedy !== 'showListeners' && <HolderButton error={error} />}
          </div>
        )}
      </div>
    </div>
  );
}
