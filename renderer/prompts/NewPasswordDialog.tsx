import { type FormEvent, useRef, useState } from 'react';
import { formatEndpoint } from '#shared/endpoint.ts';
import { knownByWords } from '#shared/known-by.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useAppStore } from '../store/app-store.ts';
import type { PromptDialogProps } from './Askings.tsx';
import { enterMovesOn } from './enter-moves-on.ts';
import styles from './prompts.module.css';
import { RememberField } from './RememberField.tsx';
import { SecretField } from './SecretField.tsx';
import { ServerWords } from './ServerWords.tsx';
import { useAnswer } from './use-answer.ts';

/**
 * Asks for a password in place of one that has run out, twice, since nobody sees what is typed. It goes to the server at
 * once; like every secret it lives in the fields alone.
 */
export function NewPasswordDialog({ tunnelId, prompt, above }: PromptDialogProps<'newPassword'>) {
  const { isSent, answer } = useAnswer(tunnelId, prompt.id);
  const hasKeychain = useAppStore(({ environment }) => environment.keychain === 'ready');
  const fresh = useRef<HTMLInputElement>(null);
  const again = useRef<HTMLInputElement>(null);
  const [remember, setRemember] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const cancel = () => answer({ kind: 'cancel' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fresh.current || !again.current || isSent) return;
    const wrong = complaintAbout(fresh.current.value, again.current.value);
    setComplaint(wrong);
    if (wrong !== null) return;
    answer({ kind: 'secret', secret: fresh.current.value, remember: hasKeychain && remember });
    for (const field of [fresh.current, again.current]) field.value = '';
  };
  return (
    <Dialog
      title="New password"
      above={above}
      below={`The password of ${prompt.user} on ${formatEndpoint(prompt)}${knownByWords(prompt.knownBy)} has expired. Set a new one to log in.`}
      tone="ask"
      comesByItself
      onCancel={cancel}
    >
      <form onSubmit={submit} onKeyDown={enterMovesOn}>
        {prompt.attempt > 1 && (
          <p className={styles.caution} role="alert">
            The server did not accept that password. Choose another one.
          </p>
        )}
        {prompt.text !== '' && (
          <>
            <p className={styles.small}>These are the server’s own words:</p>
            <ServerWords>
              <p>{prompt.text}</p>
            </ServerWords>
          </>
        )}
        <SecretField ref={fresh} label="New password" isFirst isHidden />
        <SecretField ref={again} label="New password again" isFirst={false} isHidden />
        {complaint !== null && (
          <p className={styles.caution} role="alert">
            {complaint}
          </p>
        )}
        <RememberField isTicked={remember} onChange={setRemember} />
        <DialogButtons>
          <Button onClick={cancel} disabled={isSent}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={isSent}>
            Set password
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function complaintAbout(fresh: string, again: string): string | null {
  if (fresh === '') return 'Enter a new password.';
  return fresh === again ? null : 'The two are not the same. Nothing was sent.';
}
