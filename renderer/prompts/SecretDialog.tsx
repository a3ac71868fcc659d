import { type FormEvent, useRef, useState } from 'react';
import { formatEndpoint } from '#shared/endpoint.ts';
import { knownByWords } from '#shared/known-by.ts';
import type { Prompt } from '#shared/prompt.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useAppStore } from '../store/app-store.ts';
import type { PromptDialogProps } from './Askings.tsx';
import { Attempt } from './Attempt.tsx';
import { enterMovesOn } from './enter-moves-on.ts';
import styles from './prompts.module.css';
import { RememberField } from './RememberField.tsx';
import { SecretField } from './SecretField.tsx';
import { useAnswer } from './use-answer.ts';

/** Asks for a password or a passphrase. What is typed lives in the field alone, and is wiped once it is sent. */
export function SecretDialog({ tunnelId, prompt, above }: PromptDialogProps<SecretPrompt['kind']>) {
  const { isSent, answer } = useAnswer(tunnelId, prompt.id);
  const hasKeychain = useAppStore(({ environment }) => environment.keychain === 'ready');
  const field = useRef<HTMLInputElement>(null);
  const [remember, setRemember] = useState(false);
  const title = prompt.kind === 'passphrase' ? 'Passphrase' : 'Password';
  const cancel = () => answer({ kind: 'cancel' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = field.current;
    if (!input || isSent) return;
    answer({ kind: 'secret', secret: input.value, remember: hasKeychain && remember });
    input.value = '';
  };
  return (
    <Dialog title={title} above={above} tone="ask" comesByItself onCancel={cancel}>
      <form onSubmit={submit} onKeyDown={enterMovesOn}>
        <p className={styles.lead}>{whatFor(prompt)}</p>
        <Attempt attempt={prompt.attempt} />
        <SecretField ref={field} label={title} isFirst isHidden />
        <RememberField isTicked={remember} onChange={setRemember} />
        <DialogButtons>
          <Button onClick={cancel} disabled={isSent}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={isSent}>
            Continue
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

type SecretPrompt = Extract<Prompt, { kind: 'password' | 'passphrase' | 'proxyPassword' }>;

function whatFor(prompt: SecretPrompt): string {
  switch (prompt.kind) {
    case 'password':
      return `For ${prompt.user} on ${formatEndpoint(prompt)}${knownByWords(prompt.knownBy)}.`;
    case 'proxyPassword': {
      const kind = prompt.proxy === 'http' ? 'HTTP' : 'SOCKS';
      return `For ${prompt.user} on the ${kind} proxy ${formatEndpoint(prompt)}, which gets it unencrypted and before any server has proved its key.`;
    }
    case 'passphrase':
      return `For the key file ${prompt.keyFile}, to log in to ${formatEndpoint(prompt)}. It stays on this computer.`;
  }
}
