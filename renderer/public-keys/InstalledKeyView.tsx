import type { InstalledKey, OwnPublicKey } from '#shared/contract/public-keys.ts';
import type { Profile } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { LoginCheckOutcomeView } from '../profiles/LoginCheckOutcome.tsx';
import { useLoginCheck } from '../profiles/use-login-check.ts';
import styles from './install-key.module.css';
import { installedWords, looseWords } from './installed-words.ts';
import { loginWithKey } from './login-with-key.ts';

interface InstalledKeyProps {
  readonly profile: Profile;
  readonly ownKey: OwnPublicKey;
  readonly installed: InstalledKey;
}

/** Tells what became of a key, promises no login, and offers to try one. */
export function InstalledKeyView({ profile, ownKey, installed }: InstalledKeyProps) {
  const { outcome, check, stop } = useLoginCheck();
  const isDoubtful = installed.options !== '' || installed.loose.length > 0;
  const login = loginWithKey(profile, ownKey);
  return (
    <>
      <div role="status" className={isDoubtful ? styles.doubtful : styles.done}>
        <p>{installedWords(installed, profile.server.host)}</p>
        {installed.line !== null && (
          <pre className={styles.line}>
            <code>{installed.line}</code>
          </pre>
        )}
        {installed.loose.map((place) => (
          <p key={place.place}>{looseWords(place, profile.server.user)}</p>
        ))}
      </div>
      <div className={styles.check}>
        <Button disabled={outcome.kind === 'running'} onClick={() => void check({ ...profile, login })}>
          Check login with this key
        </Button>
        <LoginCheckOutcomeView outcome={outcome} />
        {outcome.kind === 'running' && <Button onClick={stop}>Stop checking</Button>}
      </div>
    </>
  );
}
