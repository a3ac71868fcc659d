import { useState } from 'react';
import type { LineInTheWay } from '#shared/changed-key.ts';
import { Button } from '../design/Button.tsx';
import type { HostKeyChanged } from '../store/askings.ts';
import { forgetCommand } from './forget-command.ts';
import styles from './prompts.module.css';
import { RemoveLineDialog } from './RemoveLineDialog.tsx';

interface LinesInTheWayProps {
  readonly error: HostKeyChanged;
  onRemoved(line: LineInTheWay, backup: string): void;
}

/** The only way past a changed key: to forget the old one, line by line, here or in a terminal. */
export function LinesInTheWay({ error, onRemoved }: LinesInTheWayProps) {
  const [asked, setAsked] = useState<LineInTheWay | null>(null);
  if (error.known.length === 0) return null;
  const others = [...new Set(error.known.filter((each) => !each.isRewritable).map(({ file }) => file))];
  return (
    <>
      <p className={styles.lesson}>
        Only if they say that it changed, and the letters agree, forget the old key:
      </p>
      {error.known.map((line) =>
        line.isRewritable ? (
          <p className={styles.lesson} key={`${line.file}:${line.line}`}>
            <Button className={styles.removal} onClick={() => setAsked(line)}>
              Remove line {line.line} of {line.file}…
            </Button>
          </p>
        ) : null,
      )}
      {others.map((file) => (
        <div key={file}>
          <p className={styles.lesson}>
            Culvert may not change {file}. Whoever may can forget the old key in a terminal:
          </p>
          <pre className={styles.command}>{forgetCommand(error, file)}</pre>
        </div>
      ))}
      {asked && (
        <RemoveLineDialog
          line={asked}
          knownAs={error.knownAs}
          onClose={() => setAsked(null)}
          onRemoved={(backup) => onRemoved(asked, backup)}
        />
      )}
    </>
  );
}
