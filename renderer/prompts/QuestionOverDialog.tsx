import { flushSync } from 'react-dom';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { dismissOver, useAppStore } from '../store/app-store.ts';
import type { Asking } from '../store/askings.ts';
import { focusCardIfLost } from '../tunnels/focus-card.ts';
import { askedFor, whyOver } from './over-words.ts';
import styles from './prompts.module.css';

interface QuestionOverDialogProps {
  readonly asking: Extract<Asking, { kind: 'over' }>;
  /** Who had asked. */
  readonly name: string;
  /** How many questions wait behind this. */
  readonly waiting: number;
}

/**
 * Takes the place of a question that went away by itself, and with its fields what was typed in them. No field and no
 * button has the focus: the rest of a secret, and the Enter after it, come to nothing here.
 */
export function QuestionOverDialog({ asking, name, waiting }: QuestionOverDialogProps) {
  const { tunnelId, prompt } = asking;
  const state = useAppStore(({ tunnels }) => tunnels[tunnelId]?.state);
  const close = () => {
    flushSync(() => dismissOver(prompt.id));
    focusCardIfLost(tunnelId);
  };
  return (
    <Dialog title="No longer asked" above={name} tone="ask" onCancel={close}>
      <div role="alert">
        <p className={styles.lead}>
          {name} asked for {askedFor(prompt)}. {whyOver(state)}
        </p>
        <p className={styles.lesson}>
          {prompt.kind === 'unknownHostKey'
            ? 'You have not trusted this key here.'
            : 'Nothing that you typed was sent.'}
        </p>
        {waiting > 0 && (
          <p className={styles.small}>
            {waiting === 1 ? 'Another question waits.' : `${waiting} other questions wait.`}
          </p>
        )}
      </div>
      <DialogButtons>
        <Button onClick={close}>Close</Button>
      </DialogButtons>
    </Dialog>
  );
}
