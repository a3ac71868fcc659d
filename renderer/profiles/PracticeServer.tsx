import type { ProfileDraft } from './draft.ts';
import styles from './profile-form.module.css';
import { TextField } from './TextField.tsx';

/** The server of a practice profile: Culvert's own, so there is nothing to fill in. */
export function PracticeServer({ draft }: { readonly draft: ProfileDraft }) {
  return (
    <>
      <p className={styles.explanation}>
        This tunnel goes to the practice server inside Culvert. Its address, login and key are Culvert’s own;
        they cannot be changed, and there is nothing to log in with.
      </p>
      <div className={styles.serverRow}>
        <TextField label="Server" value={draft.host} readOnly onChange={keep} />
        <TextField label="Port" isPort value={draft.port} readOnly onChange={keep} />
        <TextField label="User" value={draft.user} readOnly onChange={keep} />
      </div>
    </>
  );
}

function keep(): void {
  // Read-only fields do not change.
}
