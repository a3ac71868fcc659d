import { useRef } from 'react';
import type { ConfigConcern } from '#shared/config-host.ts';
import { Button } from '../design/Button.tsx';
import styles from './host-choice.module.css';

interface HostConcernsProps {
  /** Stands before them where there are any, and alone where there are none. */
  readonly lead: { readonly none: string; readonly some: string };
  readonly concerns: readonly ConfigConcern[];
  onAllow(command: string): void;
}

/** What the configuration says of a Host and a profile does not do, each with its place. */
export function HostConcerns({ lead, concerns, onAllow }: HostConcernsProps) {
  const region = useRef<HTMLDivElement>(null);
  const users = concerns.filter(({ isSystems }) => !isSystems);
  const systems = concerns.filter(({ isSystems }) => isSystems);
  return (
    <div ref={region} role="status" tabIndex={-1} className={styles.filled}>
      <p>{users.length === 0 ? lead.none : lead.some}</p>
      {users.length > 0 && (
        <ul>
          {users.map(({ subject, text, file, line, command }) => (
            <li key={`${file}:${line}:${subject}:${text}`}>
              <strong>{subject}</strong>
              {`: ${text} `}
              <small>{placeWords(file, line)}</small>
              {command !== undefined && (
                <Button
                  className={styles.allow}
                  onClick={() => {
                    // What is allowed is no concern any more, and its button goes.
                    region.current?.focus();
                    onAllow(command);
                  }}
                >
                  Allow<span className="visually-hidden"> {command}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {systems.length > 0 && (
        <p>
          <small>
            {`Of the system’s own file this is left out: ${[...new Set(systems.map(({ subject }) => subject))].join(', ')}.`}
          </small>
        </p>
      )}
    </div>
  );
}

function placeWords(file: string, line: number): string {
  if (file === '') return '';
  return line === 0 ? file : `${file}, line ${line}`;
}
