import { type FormEvent, useState } from 'react';
import { useShallow } from 'zustand/shallow';
import type { Profile } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useAppStore } from '../store/app-store.ts';
import { run, sayDone } from '../store/messages.ts';
import { serverLabel } from '../tunnels/server-label.ts';
import { CommandChoice } from './CommandChoice.tsx';
import { countWords } from './count-words.ts';
import { TunnelCheckbox } from './TunnelCheckbox.tsx';
import styles from './transfer.module.css';
import { endTransfer } from './transfer-store.ts';

/** Asks which tunnels are to be exported; then the system asks where to. */
export function ExportDialog() {
  const profiles = useExportable();
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [commandsOf, setCommandsOf] = useState<ReadonlySet<string>>(new Set());
  const [isBusy, setBusy] = useState(false);
  const ids = profiles.map(({ id }) => id).filter((id) => !leftOut.has(id));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || ids.length === 0) return;
    setBusy(true);
    const done = await run('transfer.export', {
      ids,
      commandsOf: ids.filter((id) => commandsOf.has(id)),
    });
    setBusy(false);
    if (!done?.value) return;
    sayDone(`Exported ${countWords(done.value.count)} to ${done.value.path}.`);
    endTransfer();
  };
  return (
    <Dialog title="Export tunnels" wide onCancel={endTransfer}>
      <form onSubmit={(event) => void submit(event)}>
        {profiles.length === 0 ? (
          <p>
            There is no tunnel to export yet. The practice tunnel leads into this Culvert, and stays here.
          </p>
        ) : (
          <>
            <p className={styles.lead}>
              The file names servers, users, paths of key files, jump hosts, proxies and forwards. Culvert
              puts no password, passphrase or key into it, and no permission to open a port to others or to
              run a program.
            </p>
            <TunnelCheckbox
              label="All tunnels"
              isChosen={ids.length === profiles.length}
              isPartly={ids.length > 0 && ids.length < profiles.length}
              isFirst
              onChange={(isChosen) => setLeftOut(new Set(isChosen ? [] : profiles.map(({ id }) => id)))}
            />
            <ul className={styles.list} aria-label="Tunnels to export">
              {profiles.map((profile) => (
                <li key={profile.id}>
                  <TunnelCheckbox
                    label={profile.name}
                    beside={serverLabel(profile)}
                    isChosen={!leftOut.has(profile.id)}
                    onChange={(isChosen) => setLeftOut(withOrWithout(leftOut, profile.id, !isChosen))}
                  />
                  {!leftOut.has(profile.id) && (
                    <CommandChoice
                      profile={profile}
                      isIncluded={commandsOf.has(profile.id)}
                      onChange={(isIncluded) =>
                        setCommandsOf(withOrWithout(commandsOf, profile.id, isIncluded))
                      }
                    />
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
        <DialogButtons>
          <Button onClick={endTransfer}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy || ids.length === 0}>
            {ids.length === 0 ? 'Export…' : `Export ${countWords(ids.length)}…`}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}

function withOrWithout(ids: ReadonlySet<string>, id: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(ids);
  if (isIn) next.add(id);
  else next.delete(id);
  return next;
}

function useExportable(): readonly Profile[] {
  return useAppStore(
    useShallow(({ order, profiles }) =>
      order.flatMap((id) => {
        const profile = profiles[id];
        return profile && !profile.practice ? [profile] : [];
      }),
    ),
  );
}
