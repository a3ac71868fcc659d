import { Copy } from 'lucide-react';
import type { Profile } from '#shared/profile.ts';
import { sshCommand } from '#shared/ssh-command.ts';
import { Button } from '../design/Button.tsx';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import type { ProfileDraft } from './draft.ts';
import styles from './profile-form.module.css';
import { completeForwards } from './read-draft.ts';

/** The `ssh` command that does the same, kept up to date while the form is filled in. */
export function SshCommand({ draft }: { readonly draft: ProfileDraft }) {
  const forwards = completeForwards(draft);
  const missing = draft.forwards.length - forwards.length;
  const command = sshCommand({
    server: {
      host: draft.host.trim() || 'SERVER',
      port: /^\d+$/.test(draft.port.trim()) ? Number(draft.port) : 22,
      user: draft.user.trim() || 'USER',
    },
    login: loginOf(draft),
    forwards: [...forwards],
    legacyAlgorithms: draft.legacyAlgorithms,
  });
  return (
    <section aria-labelledby="ssh-command-title" className={styles.command}>
      <div className={styles.commandHead}>
        <h2 id="ssh-command-title">The same in a terminal</h2>
        <Button onClick={() => void copyText(command, 'Copied the command')}>
          <Copy aria-hidden="true" />
          Copy command
        </Button>
      </div>
      <pre className={styles.code}>
        <code>{command}</code>
      </pre>
      {missing > 0 && (
        <p className={styles.note}>
          {missing === 1 ? 'One forward is' : `${missing} forwards are`} still incomplete.
        </p>
      )}
    </section>
  );
}

function loginOf({ method, keyFile }: ProfileDraft): Profile['login'] {
  return method === 'keyFile' ? { method, keyFile: keyFile.trim() || 'KEY_FILE' } : { method };
}
