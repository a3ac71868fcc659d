import { useState } from 'react';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { countWords } from './connection-rows.ts';

interface EndAllButtonProps {
  /** How many would be ended. */
  readonly count: number;
  /** Only those that the table shows are meant, and not all of the tunnel. */
  readonly isFiltered: boolean;
  onEnd(): void;
}

/** Ends every connection on show; asks first when there are several. */
export function EndAllButton({ count, isFiltered, onEnd }: EndAllButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const words = countWords(count);
  return (
    <>
      <Button
        look="danger"
        disabled={count === 0}
        title={isFiltered ? `Ends the ${words} found` : undefined}
        onClick={() => (count === 1 ? onEnd() : setAsking(true))}
      >
        End all
      </Button>
      {isAsking && (
        <Dialog title={`End ${words}?`} tone="bad" onCancel={() => setAsking(false)}>
          <p>
            Each is reset at once, and what it carries now is lost. The tunnel stays open, so the programs may
            connect again.
          </p>
          <DialogButtons>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              look="danger"
              onClick={() => {
                setAsking(false);
                onEnd();
              }}
            >
              End them
            </Button>
          </DialogButtons>
        </Dialog>
      )}
    </>
  );
}
