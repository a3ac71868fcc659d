import { Copy } from 'lucide-react';
import { PRACTICE_TARGETS } from '#shared/practice.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import { IconButton } from '../design/Button.tsx';
import styles from './asides.module.css';
import { copyText } from './copy-to-clipboard.ts';

interface PracticeHintProps {
  readonly profile: Profile;
  readonly isOpen: boolean;
}

/** Tells a newcomer what to do with the practice tunnel. */
export function PracticeHint({ profile, isOpen }: PracticeHintProps) {
  const mail = findTarget(profile, PRACTICE_TARGETS.imap.host);
  const web = findTarget(profile, PRACTICE_TARGETS.web.host);
  if (!mail && !web) return null;
  const telnet = mail && `telnet localhost ${mail.bind.port}`;
  return (
    <div className={styles.hint}>
      <p>{isOpen ? 'It is open. Now try it in a terminal:' : 'Press Start. Then try it in a terminal:'}</p>
      {telnet && (
        <p className={styles.command}>
          <code>{telnet}</code>
          <IconButton
            label="Copy the telnet command"
            onClick={() => void copyText(telnet, 'Copied the command')}
          >
            <Copy aria-hidden="true" />
          </IconButton>
        </p>
      )}
      {telnet && <p className={styles.after}>It answers “* OK” through the tunnel.</p>}
      {web && (
        <p className={styles.after}>
          In a browser: <code>http://localhost:{web.bind.port}/</code>
        </p>
      )}
    </div>
  );
}

function findTarget({ forwards }: Profile, host: string): Forward | undefined {
  return forwards.find(
    (forward) => forward.enabled && forward.kind === 'local' && forward.target.host === host,
  );
}
