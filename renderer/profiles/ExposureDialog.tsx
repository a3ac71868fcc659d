import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { readSourcesText } from '#shared/allowed-sources.ts';
import { type ExposureTerm, usualTerm } from '#shared/exposure-lease.ts';
import { bindLabel, type Forward, type Profile } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import type { ExposureAnswer } from './exposure-agreement.ts';
import styles from './exposure-dialog.module.css';
import { hopWords, reachWhat, whoCouldReach } from './exposure-question.ts';
import { SourcesField } from './SourcesField.tsx';
import { TermChoice } from './TermChoice.tsx';

interface ExposureDialogProps {
  /** The forwards that others could reach. Of one alone it also asks who may enter. */
  readonly forwards: readonly Forward[];
  readonly server: Profile['server'];
  /** What the server is called, which for the practice server is not its address. */
  readonly serverHost: string;
  onContinue(answer: ExposureAnswer): void;
  onCancel(): void;
}

/** Asks before a door is opened to other people: who could go through it, to what, and for how long. */
export function ExposureDialog({ forwards, server, serverHost, onContinue, onCancel }: ExposureDialogProps) {
  const [first] = forwards;
  const only = forwards.length === 1 ? first : undefined;
  const [term, setTerm] = useState<ExposureTerm>(first ? usualTerm(first) : 'untilStopped');
  const [text, setText] = useState((only?.allowFrom ?? []).join('\n'));
  const [error, setError] = useState<string>();
  const content = useRef<HTMLDivElement>(null);
  const reading = readSourcesText(text);

  const sourcesOf = (forward: Forward): readonly string[] | null => {
    if (!only) return forward.allowFrom ?? [];
    return reading.ok ? reading.sources : null;
  };
  // Only here is said what is wrong: said on leaving the field, it would move the button away from under the click.
  const goOn = () => {
    if (!only) return onContinue({ term, allowFrom: null });
    if (reading.ok) return onContinue({ term, allowFrom: reading.sources });
    flushSync(() => setError(reading.error));
    content.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };

  return (
    <Dialog title="Open to the network" tone="bad" onCancel={onCancel}>
      <div ref={content}>
        <p>Other people could use this tunnel, without any password of yours:</p>
        <ul className={styles.list}>
          {forwards.map((forward) => (
            <li key={forward.id}>
              <strong>{bindLabel(forward.bind)}</strong>
              <p>
                {whoCouldReach({ forward, server, serverHost }, sourcesOf(forward))}{' '}
                {reachWhat(forward, serverHost)}
              </p>
              <HopWords words={hopWords(forward, server, sourcesOf(forward))} />
            </li>
          ))}
        </ul>
        <TermChoice value={term} onChange={setTerm} />
        {only && (
          <SourcesField
            value={text}
            isRemote={only.kind === 'remote'}
            bindAddress={only.bind.address}
            error={error}
            onChange={(changed) => {
              setText(changed);
              setError(undefined);
            }}
          />
        )}
        <p className={styles.advice}>If only you need it, cancel and use the bind address localhost.</p>
      </div>
      <DialogButtons>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="danger" onClick={goOn}>
          Continue
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function HopWords({ words }: { readonly words: string | null }) {
  return words === null ? null : <p className={styles.hop}>{words}</p>;
}
