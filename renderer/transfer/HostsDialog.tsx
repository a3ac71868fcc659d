import { type FormEvent, useId, useMemo, useState } from 'react';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { CheckField } from '../profiles/TextField.tsx';
import { useConfigHosts } from '../profiles/use-config-hosts.ts';
import { useAppStore } from '../store/app-store.ts';
import { run, sayDone } from '../store/messages.ts';
import { countWords } from './count-words.ts';
import { HostRow } from './HostRow.tsx';
import { hostsDoneWords, hostsNamed, hostTwinWords } from './host-choices.ts';
import hostStyles from './hosts.module.css';
import { TunnelCheckbox } from './TunnelCheckbox.tsx';
import styles from './transfer.module.css';
import { endTransfer } from './transfer-store.ts';

/** Shows the Hosts of the user's ssh configuration, and makes tunnels of those that are chosen. */
export function HostsDialog() {
  const listed = useConfigHosts();
  const twins = useTwins(listed?.hosts ?? []);
  const [changed, setChanged] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [wanted, setWanted] = useState('');
  const [follows, setFollows] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const searchId = useId();

  const hosts = listed?.hosts ?? [];
  const isChosen = (host: string) => changed.get(host) ?? !twins.has(host);
  const chosen = hosts.filter(isChosen).slice(0, MOST_AT_ONCE);
  const shown = hostsNamed(hosts, wanted);
  const chosenOfShown = shown.filter(isChosen).length;
  const choose = (names: readonly string[], isWanted: boolean) =>
    setChanged((before) => new Map([...before, ...names.map((name) => [name, isWanted] as const)]));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || chosen.length === 0) return;
    setBusy(true);
    const done = await run('transfer.importHosts', { hosts: chosen, follows });
    setBusy(false);
    if (done === null) return;
    sayDone(hostsDoneWords(done.value.added, done.value.refused));
    endTransfer();
  };
  return (
    <Dialog title="Import from SSH configuration" above={listed?.file} wide onCancel={endTransfer}>
      <form onSubmit={(event) => void submit(event)}>
        {listed !== null && hosts.length === 0 ? (
          <p>{`${listed.file} names no Host, or is not there. Patterns such as “*” are no names.`}</p>
        ) : (
          <>
            <p className={styles.lead}>
              Each Host becomes a tunnel. To import them starts nothing, opens nothing to others and runs no
              program. A tunnel needs a forward: a Host without one gets a SOCKS forward, switched off.
            </p>
            {listed?.cut && <p className={styles.lead}>{listed.cut}</p>}
            <div className={hostStyles.search}>
              <label htmlFor={searchId}>Search Hosts</label>
              <input
                id={searchId}
                type="search"
                value={wanted}
                data-autofocus
                // Enter in here would import what nobody has looked at yet.
                onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
                onChange={(event) => setWanted(event.target.value)}
              />
            </div>
            <TunnelCheckbox
              label={wanted.trim() === '' ? 'All Hosts' : 'All Hosts shown'}
              beside={`${chosenOfShown} of ${shown.length} chosen`}
              isChosen={shown.length > 0 && chosenOfShown === shown.length}
              isPartly={chosenOfShown > 0 && chosenOfShown < shown.length}
              onChange={(isWanted) => choose(shown, isWanted)}
            />
            <ul className={styles.list} aria-label="Hosts of your SSH configuration">
              {shown.map((host) => (
                <HostRow
                  key={host}
                  host={host}
                  twin={twins.get(host) ?? null}
                  isChosen={isChosen(host)}
                  onChoose={(isWanted) => choose([host], isWanted)}
                  onRefused={() => choose([host], false)}
                />
              ))}
            </ul>
            {shown.length === 0 && listed !== null && <p>No Host has these letters in its name.</p>}
            <div className={hostStyles.follow}>
              <CheckField
                label="Follow these Hosts"
                hint="Takes the server, the login and the way there from them again whenever your SSH configuration changes. The forwards stay the tunnel’s own."
                checked={follows}
                onChange={setFollows}
              />
            </div>
          </>
        )}
        <DialogButtons>
          <Button onClick={endTransfer}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy || chosen.length === 0}>
            {chosen.length === 0 ? 'Import' : `Import ${countWords(chosen.length)}`}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

/** As the contract has it. */
const MOST_AT_ONCE = 1000;

/** What is here already of each Host, of those of which anything is. */
function useTwins(hosts: readonly string[]): ReadonlyMap<string, string> {
  const profiles = useAppStore((state) => state.profiles);
  return useMemo(() => {
    const all = Object.values(profiles);
    return new Map(
      hosts.flatMap((host) => {
        const words = hostTwinWords(host, all);
        return words === null ? [] : [[host, words] as const];
      }),
    );
  }, [hosts, profiles]);
}
