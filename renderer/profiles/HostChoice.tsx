import { useState } from 'react';
import type { FormFields } from './form-fields.ts';
import { HostConcerns } from './HostConcerns.tsx';
import styles from './host-choice.module.css';
import { type FilledIn, filledFrom } from './host-draft.ts';
import { CheckField, SelectField } from './TextField.tsx';
import { type HostReading, readHostNow } from './use-config-host.ts';
import { useConfigHosts } from './use-config-hosts.ts';

/**
 * Fills a new profile in from a Host of the user's own ssh configuration, says what of it a profile does not take over, and offers
 * to follow it; then `FollowedHost` says the rest. Shows nothing where that configuration names no Host.
 */
export function HostChoice({ draft, change }: FormFields) {
  const hosts = useConfigHosts();
  const [chosen, setChosen] = useState('');
  const [allowed, setAllowed] = useState<readonly string[]>([]);
  const [reading, setReading] = useState<HostReading | null>(null);
  const [before, setBefore] = useState<FilledIn | null>(null);
  if (hosts === null || hosts.hosts.length === 0) return null;

  const fillIn = async (host: string, allowedCommands: readonly string[]) => {
    setChosen(host);
    setAllowed(allowedCommands);
    if (host !== chosen) setReading(null);
    if (host === '') return change({ followedHost: undefined });
    const read = await readHostNow(host, allowedCommands);
    setReading(read);
    if (read.kind === 'failed') return change({ followedHost: undefined });
    const { part, filledIn } = filledFrom(read.found, draft, () => crypto.randomUUID(), before);
    const followedHost = draft.followedHost && { host, allowedCommands: [...allowedCommands] };
    change({ ...part, followedHost });
    setBefore(filledIn);
  };
  return (
    <>
      <SelectField
        label="Fill in from your SSH configuration"
        value={chosen}
        options={[['', 'Choose a Host…'], ...hosts.hosts.map((host) => [host, host] as const)]}
        hint={`The Hosts of ${hosts.file}, which is only read.${hosts.cut === null ? '' : ` ${hosts.cut}`}`}
        onChange={(host) => void fillIn(host, [])}
      />
      {reading?.kind === 'failed' && (
        <p role="alert" className={styles.failed}>
          {reading.message}
        </p>
      )}
      {reading?.kind === 'read' && !draft.followedHost && (
        <>
          <HostConcerns
            lead={{
              none: `Filled in from Host ${chosen}, with all that it says.`,
              some: `Filled in from Host ${chosen}, but for this:`,
            }}
            concerns={reading.found.concerns}
            onAllow={(command) => void fillIn(chosen, [...allowed, command])}
          />
          <CheckField
            label={`Follow Host ${chosen}`}
            hint="Takes the server, the login and the way there from it again whenever your SSH configuration changes. The forwards stay your own."
            checked={false}
            onChange={() => change({ followedHost: { host: chosen, allowedCommands: [...allowed] } })}
          />
        </>
      )}
    </>
  );
}
