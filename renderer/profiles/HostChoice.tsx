import { useEffect, useState } from 'react';
import type { ConfigConcern, ConfigHost, ConfigHosts } from '#shared/config-host.ts';
import { api } from '../api.ts';
import type { FormFields } from './form-fields.ts';
import styles from './host-choice.module.css';
import { type FilledIn, filledFrom } from './host-draft.ts';
import { SelectField } from './TextField.tsx';

type Outcome =
  | { readonly kind: 'filled'; readonly found: ConfigHost }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Fills a new profile in from a Host of the user's own ssh configuration, and says what of it a profile does not take over. Shows
 * nothing where that configuration names no Host.
 */
export function HostChoice({ draft, change }: FormFields) {
  const hosts = useConfigHosts();
  const [chosen, setChosen] = useState('');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [before, setBefore] = useState<FilledIn | null>(null);
  if (hosts === null || hosts.hosts.length === 0) return null;
  const choose = async (host: string) => {
    setChosen(host);
    setOutcome(null);
    if (host === '') return;
    const reply = await api.call('sshConfig.host', { host });
    if (!reply.ok) {
      setOutcome({ kind: 'failed', message: reply.error.message });
      return;
    }
    const { part, filledIn } = filledFrom(reply.value, draft, () => crypto.randomUUID(), before);
    change(part);
    setBefore(filledIn);
    setOutcome({ kind: 'filled', found: reply.value });
  };
  return (
    <>
      <SelectField
        label="Fill in from your SSH configuration"
        value={chosen}
        options={[['', 'Choose a Host…'], ...hosts.hosts.map((host) => [host, host] as const)]}
        hint={`The Hosts of ${hosts.file}, which is only read.`}
        onChange={(host) => void choose(host)}
      />
      {outcome?.kind === 'failed' && (
        <p role="alert" className={styles.failed}>
          {outcome.message}
        </p>
      )}
      {outcome?.kind === 'filled' && <Concerns host={outcome.found.host} concerns={outcome.found.concerns} />}
    </>
  );
}

function Concerns({
  host,
  concerns,
}: {
  readonly host: string;
  readonly concerns: readonly ConfigConcern[];
}) {
  const users = concerns.filter(({ isSystems }) => !isSystems);
  const systems = concerns.filter(({ isSystems }) => isSystems);
  return (
    <div role="status" className={styles.filled}>
      <p>
        {users.length === 0
          ? `Filled in from Host ${host}, with all that it says.`
          : `Filled in from Host ${host}, but for this:`}
      </p>
      {users.length > 0 && (
        <ul>
          {users.map(({ subject, text, file, line }) => (
            <li key={`${file}:${line}:${subject}`}>
              <strong>{subject}</strong>
              {`: ${text} `}
              <small>{placeWords(file, line)}</small>
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

/** Null until they are known; asked for once, as the form opens. */
function useConfigHosts(): ConfigHosts | null {
  const [hosts, setHosts] = useState<ConfigHosts | null>(null);
  useEffect(() => {
    let isGone = false;
    void api.call('sshConfig.hosts', null).then((reply) => {
      if (!isGone && reply.ok) setHosts(reply.value);
    });
    return () => {
      isGone = true;
    };
  }, []);
  return hosts;
}
