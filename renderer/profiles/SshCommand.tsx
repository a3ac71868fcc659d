import { Copy } from 'lucide-react';
import { Fragment } from 'react';
import { sshCommand, sshCommandParts, unsayableUser } from '#shared/ssh-command.ts';
import { Button } from '../design/Button.tsx';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import type { ProfileDraft } from './draft.ts';
import { draftCommand } from './draft-command.ts';
import styles from './profile-form.module.css';

/** The `ssh` command that does the same, kept up to date while the form is filled in. */
export function SshCommand({ draft }: { readonly draft: ProfileDraft }) {
  const { subject, incomplete } = draftCommand(draft);
  const user = unsayableUser(subject);
  if (user !== null) return <NoCommand user={user} />;
  return (
    <section aria-labelledby="ssh-command-title" className={styles.command}>
      <div className={styles.commandHead}>
        <h2 id="ssh-command-title">The same in a terminal</h2>
        <Button onClick={() => void copyText(sshCommand(subject), 'Copied the command')}>
          <Copy aria-hidden="true" />
          Copy command
        </Button>
      </div>
      <pre className={styles.code}>
        <code>
          <Words parts={sshCommandParts(subject)} />
        </code>
      </pre>
      {incomplete.length > 0 && <p className={styles.note}>Still incomplete: {incomplete.join(', ')}.</p>}
    </section>
  );
}

function NoCommand({ user }: { readonly user: string }) {
  return (
    <section aria-labelledby="ssh-command-title" className={styles.command}>
      <div className={styles.commandHead}>
        <h2 id="ssh-command-title">The same in a terminal</h2>
      </div>
      <p className={styles.note}>
        There is no command for this: ssh refuses the user name “{user}” on its command line. Culvert logs in
        with it all the same.
      </p>
    </section>
  );
}

/** The command's text, broken between options where it can be, then between words, and inside a word at last. */
function Words({ parts }: { readonly parts: readonly (readonly string[])[] }) {
  return parts.map((words, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the same option may stand twice
    <Fragment key={place}>
      {place > 0 && ' '}
      <span className={styles.together}>
        {words.map((word, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an option has its name first
          <Fragment key={index}>
            {index > 0 && ' '}
            <span className={styles.together}>{word}</span>
          </Fragment>
        ))}
      </span>
    </Fragment>
  ));
}
