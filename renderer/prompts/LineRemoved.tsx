import { useEffect, useRef } from 'react';
import type { LineInTheWay } from '#shared/changed-key.ts';
import { Button } from '../design/Button.tsx';
import { DialogButtons } from '../design/Dialog.tsx';
import { useProfile } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import styles from './prompts.module.css';

interface LineRemovedProps {
  readonly line: LineInTheWay;
  readonly backup: string;
  /** How many other lines still stand against the new key. */
  readonly left: number;
  readonly tunnelId: string;
  onClose(): void;
}

/** Says what was done, where the old file is, and what comes next. */
export function LineRemoved({ line, backup, left, tunnelId, onClose }: LineRemovedProps) {
  // The button that was pressed is gone with its dialog.
  const said = useRef<HTMLParagraphElement>(null);
  useEffect(() => said.current?.focus(), []);
  // A login check has no profile to start; its form is behind.
  const profile = useProfile(tunnelId);
  const start = () => {
    onClose();
    void run('tunnels.start', { id: tunnelId });
  };
  return (
    <>
      <p ref={said} tabIndex={-1} role="status" className={styles.lesson}>
        Line {line.line} of {line.file} is removed. The file as it was is {backup}.
      </p>
      <p>
        {left > 0
          ? `${left === 1 ? 'One more line stands' : `${left} more lines stand`} against the new key: you are warned again, of the rest.`
          : 'You are now asked about the new key, as for a server never seen before.'}
      </p>
      <DialogButtons>
        <Button onClick={onClose}>Close</Button>
        {profile && (
          <Button look="primary" onClick={start}>
            Start the tunnel
          </Button>
        )}
      </DialogButtons>
    </>
  );
}
