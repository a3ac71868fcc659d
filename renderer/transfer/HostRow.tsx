import { useEffect, useRef, useState } from 'react';
import type { ConfigHost } from '#shared/config-host.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import { profileOfHost } from '#shared/transfer/host-profile.ts';
import { asciiWords } from '../ascii-host.ts';
import { type HostReading, readHostNow } from '../profiles/use-config-host.ts';
import { ConcernLine } from './ConcernLine.tsx';
import { ForwardLine } from './ForwardLine.tsx';
import hostStyles from './hosts.module.css';
import { importWords } from './import-words.ts';
import { TunnelCheckbox } from './TunnelCheckbox.tsx';
import styles from './transfer.module.css';

interface HostRowProps {
  readonly host: string;
  /** What is here already of it. */
  readonly twin: string | null;
  readonly isChosen: boolean;
  onChoose(isChosen: boolean): void;
  /** No tunnel can be made of it. */
  onRefused(): void;
}

/** One Host: whether it is imported, where it leads, and what of it a tunnel would not do. It is read once it is in sight. */
export function HostRow({ host, twin, isChosen, onChoose, onRefused }: HostRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const reading = useReadingInSight(row, host);
  const where = reading?.kind === 'read' ? whereWords(reading.found) : null;
  const isRefused = reading !== null && (reading.kind === 'failed' || !makeSample(reading.found).ok);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it turns out
  useEffect(() => {
    if (isRefused) onRefused();
  }, [isRefused]);
  const beside = [where, twin].filter((words) => words !== null).join(' · ');
  return (
    <li ref={row} className={hostStyles.host}>
      <TunnelCheckbox
        label={host}
        {...(beside !== '' && { beside })}
        isChosen={isChosen}
        onChange={onChoose}
      />
      {reading?.kind === 'failed' && <p className={hostStyles.failed}>{reading.message}</p>}
      {reading?.kind === 'read' && <HostDetails found={reading.found} />}
    </li>
  );
}

function whereWords({ way: { server } }: ConfigHost): string {
  return `${server.user}@${formatEndpoint(server)}${asciiWords(server.host)}`;
}

/** The tunnel that it would become. */
function makeSample(found: ConfigHost) {
  return profileOfHost(found, { name: 'Host', follows: false, newId: () => crypto.randomUUID() });
}

function HostDetails({ found }: { readonly found: ConfigHost }) {
  const made = makeSample(found);
  if (!made.ok) return <p className={hostStyles.failed}>{`No tunnel can be made of it: ${made.error}`}</p>;
  const { login, way, forwards } = importWords(made.value);
  const concerns = found.concerns.filter(({ isSystems }) => !isSystems);
  return (
    <details className={hostStyles.details}>
      <summary>
        {summaryWords(found, concerns.length)}
        <span className="visually-hidden"> of {found.host}</span>
      </summary>
      <div className={styles.words}>
        <p>{login}</p>
        {way.map((words) => (
          <p key={words}>{words}</p>
        ))}
        <ul aria-label={`Forwards of ${found.host}`}>
          {forwards.map((forward, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a Host's forwards never change while they are shown, and may be alike
            <ForwardLine key={index} forward={forward} />
          ))}
        </ul>
        {concerns.length > 0 && (
          <ul aria-label={`Not done for ${found.host}`}>
            {concerns.map((concern) => (
              <ConcernLine key={`${concern.file}:${concern.line}:${concern.subject}`} concern={concern} />
            ))}
          </ul>
        )}
      </div>
    </details>
  );
}

/** `2 forwards`, `No forward, 1 option is not done`. */
function summaryWords({ forwards }: ConfigHost, concerns: number): string {
  const count = forwards.length === 0 ? 'No' : String(forwards.length);
  const what = `${count} ${forwards.length > 1 ? 'forwards' : 'forward'}`;
  if (concerns === 0) return what;
  return `${what}, ${concerns === 1 ? '1 option is' : `${concerns} options are`} not done`;
}

/** Null until the row was in sight, and the Host was read. */
function useReadingInSight(row: React.RefObject<HTMLLIElement | null>, host: string): HostReading | null {
  const [reading, setReading] = useState<HostReading | null>(null);
  useEffect(() => {
    if (row.current === null) return;
    let isGone = false;
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      void readHostNow(host, []).then((read) => {
        if (!isGone) setReading(read);
      });
    });
    watch.observe(row.current);
    return () => {
      isGone = true;
      watch.disconnect();
    };
  }, [row, host]);
  return reading;
}
