import { X } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { formatAgo } from '#shared/format-duration.ts';
import type { ProbeOutcome } from '#shared/probe.ts';
import {
  describeHopProbe,
  describeProbe,
  probeTranscript,
  type TranscriptLine,
} from '#shared/probe-words.ts';
import { type Forward, forwardLabel } from '#shared/profile.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { useTunnel } from '../store/app-store.ts';
import { useClock } from '../store/clock.ts';
import { closeTest, type ForwardTest, testForward, useForwardTest } from '../store/test-store.ts';
import { focusTestButton } from './focus-test-button.ts';
import styles from './forward-test.module.css';
import { TestTargetForm } from './TestTargetForm.tsx';

interface PanelProps {
  readonly tunnelId: string;
  readonly forward: Forward;
}

/** What became of the test of a forward, beneath its row. What an earlier session answered says nothing about now. */
export function ForwardTestPanel({ tunnelId, forward }: PanelProps) {
  const test = useForwardTest({ id: tunnelId, forwardId: forward.id });
  const { state, forwards } = useTunnel(tunnelId);
  const hasHop = forwards.some(({ id, secondHop }) => id === forward.id && secondHop?.status === 'open');
  if (!test || state.status !== 'open') return null;
  if (test.kind === 'done' && test.outcome.at < state.since) return null;
  if (test.kind === 'asking') return <TestTargetForm tunnelId={tunnelId} forward={forward} test={test} />;
  return <Answer tunnelId={tunnelId} forward={forward} test={test} hasHop={hasHop} />;
}

type Shown = Exclude<ForwardTest, { kind: 'asking' }>;

interface AnswerProps extends PanelProps {
  readonly test: Shown;
  /** Two connections are sent, one after the other. */
  readonly hasHop: boolean;
}

/** The words stand in a region that is read out as they come; not a `status`, for a card has just one. */
function Answer({ tunnelId, forward, test, hasHop }: AnswerProps) {
  const panel = useRef<HTMLDivElement>(null);
  useShown(panel, test);
  const tested = { id: tunnelId, forwardId: forward.id };
  const label = forwardLabel(forward);
  return (
    <div ref={panel} className={styles.panel}>
      <div role="log" aria-label={`Answer of ${label}`} className={styles.answer}>
        {test.kind === 'running' ? (
          <p>Testing. This takes {hasHop ? 16 : 8} s at most.</p>
        ) : (
          <Conversation outcome={test.outcome} />
        )}
      </div>
      {test.kind === 'done' && (
        <>
          <IconButton
            label={`Close the answer of ${label}`}
            onClick={({ currentTarget }) => {
              focusTestButton(currentTarget);
              closeTest(tested);
            }}
          >
            <X aria-hidden="true" />
          </IconButton>
          <div className={styles.foot}>
            <Age at={test.outcome.at} />
            {isSilent(test.outcome) && <Speeches tested={tested} test={test} />}
          </div>
        </>
      )}
    </div>
  );
}

/** Claims that the target was reached on some way and said nothing. */
function isSilent({ answer, secondHop }: ProbeOutcome): boolean {
  return answer.kind === 'silent' || secondHop?.answer.kind === 'silent';
}

interface SpeechesProps {
  readonly tested: { readonly id: string; readonly forwardId: string };
  readonly test: Extract<ForwardTest, { kind: 'done' }>;
}

/** Ways to speak first to a service that says nothing: never tried unasked. */
function Speeches({ tested, test: { target } }: SpeechesProps) {
  return SPEECHES.map(([speech, words]) => (
    <Button
      key={speech}
      className={styles.speech}
      onClick={({ currentTarget }) => {
        focusTestButton(currentTarget);
        void testForward(tested, target, speech);
      }}
    >
      {words}
    </Button>
  ));
}

const SPEECHES = [
  ['http', 'Speak HTTP'],
  ['tls', 'Speak TLS'],
] as const;

function Conversation({ outcome }: { readonly outcome: ProbeOutcome }) {
  const { secondHop } = outcome;
  const found = <Passage words={describeProbe(outcome)} lines={probeTranscript(outcome)} />;
  if (!secondHop) return found;
  return (
    <>
      <h3 className={styles.way}>Through the tunnel’s port</h3>
      {found}
      <h3 className={styles.way}>Through the second hop</h3>
      <Passage words={describeHopProbe(secondHop)} lines={probeTranscript(secondHop)} />
    </>
  );
}

interface PassageProps {
  readonly words: string;
  readonly lines: readonly TranscriptLine[];
}

/** What one connection found, and what was said on it. */
function Passage({ words, lines }: PassageProps) {
  return (
    <>
      <p>{words}</p>
      {lines.length > 0 && (
        <pre className={styles.transcript}>
          {lines.map((line) => (
            <TranscriptText key={`${line.from} ${line.text}`} line={line} />
          ))}
        </pre>
      )}
    </>
  );
}

function TranscriptText({ line: { from, text } }: { readonly line: TranscriptLine }) {
  return (
    <span className={styles[from]}>
      {from === 'sent' && <span className="visually-hidden">Sent: </span>}
      {text}
    </span>
  );
}

/** Outside of what is read out, which would otherwise be read out each second. */
function Age({ at }: { readonly at: number }) {
  const words = useClock((now) => formatAgo(now - at));
  return <span className={styles.age}>Tested {words}</span>;
}

/** Brings the panel into view as it changes; but a panel that merely comes back with its card moves nothing. */
function useShown(panel: RefObject<HTMLElement | null>, test: Shown): void {
  const hasSeenItRun = useRef(false);
  useEffect(() => {
    if (test.kind === 'running') hasSeenItRun.current = true;
    if (hasSeenItRun.current) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [panel, test]);
}
