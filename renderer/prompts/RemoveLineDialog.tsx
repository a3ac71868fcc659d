import { useId, useState } from 'react';
import type { LineInTheWay } from '#shared/changed-key.ts';
import { api } from '../api.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { forgetCommand } from './forget-command.ts';
import styles from './prompts.module.css';

interface RemoveLineDialogProps {
  readonly line: LineInTheWay;
  readonly knownAs: string;
  onClose(): void;
  onRemoved(backup: string): void;
}

/** Shows the exact line, and removes it only for who says that they asked. */
export function RemoveLineDialog({ line, knownAs, onClose, onRemoved }: RemoveLineDialogProps) {
  const tickId = useId();
  const [hasAsked, setHasAsked] = useState(false);
  const [isSent, setSent] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const { file, digest } = line;
  const remove = async () => {
    setSent(true);
    setProblem(null);
    const reply = await api.call('hostKeys.removeLine', { file, line: line.line, digest });
    if (reply.ok) {
      onRemoved(reply.value.backup);
      return;
    }
    setSent(false);
    setProblem(reply.error.message);
  };
  return (
    <Dialog
      title="Forget the old key"
      above={`Line ${line.line} of ${file}`}
      tone="bad"
      wide
      onCancel={onClose}
    >
      <p>
        This line is taken out, and nothing else. The file as it is now stays beside it, with “.old” at its
        end.
      </p>
      <pre className={styles.command}>{line.text}</pre>
      {line.isForOthers && (
        <p className={styles.caution}>
          This line has several names or a pattern: it may speak for other servers, too. They would be asked
          about again.
        </p>
      )}
      <p className={styles.lesson}>
        ssh and other programs that read this file forget the key as well. The next time the tunnel starts,
        the server is an unknown one, and you are asked about its key.
      </p>
      <div className={styles.remember}>
        <input
          id={tickId}
          type="checkbox"
          checked={hasAsked}
          onChange={(event) => setHasAsked(event.target.checked)}
        />
        <label htmlFor={tickId}>I asked the administrator: the key was changed on purpose</label>
      </div>
      {problem !== null && (
        <>
          <p role="alert" className={styles.caution}>
            {problem}
          </p>
          <pre className={styles.command}>{forgetCommand({ knownAs }, file)}</pre>
        </>
      )}
      <DialogButtons>
        <Button onClick={onClose}>Keep the line</Button>
        <Button look="danger" disabled={!hasAsked || isSent} onClick={() => void remove()}>
          Remove the line
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
