import { type FormEvent, useRef } from 'react';
import { formatEndpoint } from '#shared/endpoint.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import type { PromptDialogProps } from './Askings.tsx';
import { Attempt } from './Attempt.tsx';
import { enterMovesOn } from './enter-moves-on.ts';
import styles from './prompts.module.css';
import { SecretField } from './SecretField.tsx';
import { ServerWords } from './ServerWords.tsx';
import { useAnswer } from './use-answer.ts';

/** Shows one round of what the server asks (RFC 4256 section 3.2), in the server's own words. */
export function QuestionsDialog({ tunnelId, prompt, above }: PromptDialogProps<'questions'>) {
  const { isSent, answer } = useAnswer(tunnelId, prompt.id);
  const fields = useRef<(HTMLInputElement | null)[]>([]);
  const cancel = () => answer({ kind: 'cancel' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isSent) return;
    answer({ kind: 'answers', answers: prompt.questions.map((_, i) => fields.current[i]?.value ?? '') });
    for (const field of fields.current) if (field) field.value = '';
  };
  return (
    <Dialog
      title="Server asks"
      above={above}
      below={`${formatEndpoint(prompt)} asks ${prompt.user}.`}
      tone="ask"
      comesByItself
      onCancel={cancel}
    >
      <form onSubmit={submit} onKeyDown={enterMovesOn}>
        <Attempt attempt={prompt.attempt} />
        <p className={styles.small}>These are the server’s own words. What you answer is sent to it:</p>
        {(prompt.title !== '' || prompt.instructions !== '') && (
          <ServerWords>
            {prompt.title !== '' && <strong>{prompt.title}</strong>}
            {prompt.instructions !== '' && <p>{prompt.instructions}</p>}
          </ServerWords>
        )}
        {prompt.questions.map(({ text, echo }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a round's questions never change, and may be alike
          <div key={i} className={styles.asked}>
            <SecretField
              ref={(input) => {
                fields.current[i] = input;
              }}
              label={text.trim() || 'Answer'}
              isFirst={i === 0}
              isHidden={!echo}
            />
          </div>
        ))}
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
