import { Info, TriangleAlert, X } from 'lucide-react';
import { IconButton } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import { useAppStore } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import styles from './notices.module.css';

/** What happened outside any card, told until it is dismissed, and what holds for all of Culvert now. */
export function Notices() {
  const notices = useAppStore((state) => state.notices);
  const readOnly = useAppStore((state) => state.environment.profilesReadOnly);
  // The standing warning says the same, for as long as it holds.
  const withoutTwin = notices.filter(({ text }) => readOnly === null || !text.startsWith(readOnly));
  return (
    <div className={styles.notices} aria-live="polite">
      {readOnly !== null && (
        <div className={classNames(styles.notice, styles.warning)}>
          <TriangleAlert aria-hidden="true" />
          <p>Profiles cannot be changed now. {readOnly}</p>
        </div>
      )}
      {withoutTwin.map(({ id, tone, text }) => (
        <div key={id} className={classNames(styles.notice, styles[tone])}>
          {tone === 'warning' ? <TriangleAlert aria-hidden="true" /> : <Info aria-hidden="true" />}
          <p role={tone === 'warning' ? 'alert' : undefined}>{text}</p>
          <IconButton label="Dismiss" onClick={() => void run('app.dismissNotice', { id })}>
            <X aria-hidden="true" />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
