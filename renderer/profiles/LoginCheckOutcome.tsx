import { describeError } from '#shared/describe-error.ts';
import { Shape } from '../design/Shape.tsx';
import styles from './profile-form.module.css';
import type { LoginCheckOutcome } from './use-login-check.ts';

/** Tells how a login check went. */
export function LoginCheckOutcomeView({ outcome }: { readonly outcome: LoginCheckOutcome }) {
  switch (outcome.kind) {
    case 'none':
      return null;
    case 'running':
      return (
        <p role="status" className={styles.outcome}>
          <Shape tone="busy" />
          Checking…
        </p>
      );
    case 'works':
      return (
        <p role="status" className={styles.outcome}>
          <Shape tone="ok" />
          Login works
        </p>
      );
    case 'refused': {
      const { what, advice } = describeError(outcome.error);
      return (
        <p role="alert" className={styles.outcome}>
          <Shape tone="bad" />
          <span>
            <strong>{what}</strong> {advice}
          </span>
        </p>
      );
    }
    case 'notDone':
      return (
        <p role="alert" className={styles.outcome}>
          <Shape tone="bad" />
          {outcome.message}
        </p>
      );
  }
}
