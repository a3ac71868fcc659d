import { type FormEvent, useState } from 'react';
import type { ImportOffer } from '#shared/transfer/import-offer.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { run, sayDone } from '../store/messages.ts';
import { countWords } from './count-words.ts';
import { choicesOf, doneWords, firstWishes, type Wish } from './import-choices.ts';
import { BadTunnel, GoodTunnel } from './OfferedTunnel.tsx';
import styles from './transfer.module.css';
import { endTransfer } from './transfer-store.ts';

/** Shows what a file holds, and imports what is chosen of it. */
export function ImportDialog({ offer }: { readonly offer: ImportOffer }) {
  const [wishes, setWishes] = useState(() => firstWishes(offer));
  const [isBusy, setBusy] = useState(false);
  const choices = choicesOf(wishes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || choices.length === 0) return;
    setBusy(true);
    const done = await run('transfer.import', { importId: offer.importId, choices });
    setBusy(false);
    if (done === null) return;
    sayDone(doneWords(done.value));
    endTransfer();
  };
  return (
    <Dialog title="Import tunnels" above={offer.fileName} wide onCancel={endTransfer}>
      <form onSubmit={(event) => void submit(event)}>
        <p className={styles.lead}>
          This is what the tunnels of the file would do. To import them starts nothing, opens nothing to
          others and runs no program. Import only what you expect: whoever made the file chose these servers.
        </p>
        <ul className={styles.list} aria-label="Tunnels of the file">
          {offer.tunnels.map((tunnel) => (
            <li key={tunnel.number} className={styles.offered}>
              {tunnel.kind === 'bad' ? (
                <BadTunnel tunnel={tunnel} />
              ) : (
                <GoodTunnel
                  tunnel={tunnel}
                  wish={wishes.get(tunnel.number) ?? 'leaveOut'}
                  onWish={(wish: Wish) => setWishes(new Map(wishes).set(tunnel.number, wish))}
                />
              )}
            </li>
          ))}
        </ul>
        <DialogButtons>
          <Button onClick={endTransfer}>Cancel</Button>
          <Button type="submit" look="primary" disabled={isBusy || choices.length === 0}>
            {choices.length === 0 ? 'Import' : `Import ${countWords(choices.length)}`}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
