import { useState } from 'react';
import type { Profile } from '#shared/profile.ts';
import { mayUseSecret } from '#shared/secret-users.ts';
import { Button } from '../design/Button.tsx';
import { secretWords } from './secret-words.ts';
import styles from './secrets.module.css';
import { useKeptSecrets } from './use-kept-secrets.ts';

/** In a tunnel's form: the secrets that are kept for it, and the button that has them forgotten. Nothing where there are none. */
export function ForgetSecrets({ profile }: { readonly profile: Profile }) {
  const { kept, forget } = useKeptSecrets();
  const [isDone, setDone] = useState(false);
  const slots = (kept ?? []).map(({ slot }) => slot).filter((slot) => mayUseSecret(profile, slot));
  if (slots.length === 0) return isDone ? <p role="status">Forgotten.</p> : null;
  return (
    <div className={styles.forget}>
      <p>In the keychain for this tunnel, and others with the same login:</p>
      <ul>
        {slots.map((slot) => (
          <li key={secretWords(slot)}>{secretWords(slot)}</li>
        ))}
      </ul>
      <Button
        onClick={async () => {
          await forget(slots);
          setDone(true);
        }}
      >
        Forget saved secrets
      </Button>
    </div>
  );
}
