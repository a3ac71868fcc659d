import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../design/class-names.ts';
import styles from './error-alert.module.css';

interface CalloutProps {
  readonly tone: 'wait' | 'bad';
  /** What happened: one sentence. */
  readonly what: string;
  /** What it means and what to do. */
  readonly children: ReactNode;
  readonly buttons?: ReactNode;
}

/** Something amiss that is no error of the tunnel, said where it happens. */
export function Callout({ tone, what, children, buttons }: CalloutProps) {
  return (
    <div className={classNames(styles.callout, styles[tone])}>
      <TriangleAlert className={styles.icon} aria-hidden="true" />
      <div className={styles.body}>
        <p role="alert" className={styles.words}>
          <strong>{what}</strong> {children}
        </p>
        <div className={styles.buttons}>{buttons}</div>
      </div>
    </div>
  );
}
