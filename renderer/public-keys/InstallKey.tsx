import { useEffect, useRef, useState } from 'react';
import type { InstalledKey, OwnPublicKey } from '#shared/contract/public-keys.ts';
import type { Profile } from '#shared/profile.ts';
import { api } from '../api.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { SelectField } from '../profiles/TextField.tsx';
import { useAppStore } from '../store/app-store.ts';
import { InstalledKeyView } from './InstalledKeyView.tsx';
import styles from './install-key.module.css';
import { keyChoiceWords } from './key-choice-words.ts';

/** Offers what ssh-copy-id does. */
export function InstallKey({ profile }: { readonly profile: Profile }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <div>
      <Button onClick={() => setAsking(true)}>Install my public key…</Button>
      {isAsking && <InstallKeyDialog profile={profile} onClose={() => setAsking(false)} />}
    </div>
  );
}

type Outcome =
  | { readonly kind: 'installed'; readonly installed: InstalledKey }
  | { readonly kind: 'failed'; readonly words: string };

/** Shows the exact line and where it goes, asks for a yes to that, and tells what became of it. */
function InstallKeyDialog({ profile, onClose }: { readonly profile: Profile; onClose(): void }) {
  const keys = usePublicKeys(profile);
  const isOpen = useAppStore(({ tunnels }) => tunnels[profile.id]?.state.status === 'open');
  const [chosen, setChosen] = useState('');
  const [isSent, setSent] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const closeButton = useRef<HTMLButtonElement>(null);
  const { host, user } = profile.server;
  const ownKey = keys?.find((key) => key.line === chosen) ?? keys?.[0] ?? null;
  const line = ownKey?.line ?? null;
  // The button that was pressed is off until there is an answer, and once the key is there.
  useEffect(() => {
    if (isSent) closeButton.current?.focus();
  }, [isSent]);
  const install = async () => {
    if (line === null) return;
    setSent(true);
    const reply = await api.call('publicKeys.install', { id: profile.id, line });
    setOutcome(
      reply.ok
        ? { kind: 'installed', installed: reply.value }
        : { kind: 'failed', words: reply.error.message },
    );
    setSent(false);
  };
  return (
    <Dialog title={`Install a public key on ${host}`} above={profile.name} wide onCancel={onClose}>
      {keys === null && <p role="status">Looking for your keys…</p>}
      {keys?.length === 0 && (
        <p role="alert">
          There is no public key in ~/.ssh, and the agent holds none. Make one with ssh-keygen.
        </p>
      )}
      {keys !== null && line !== null && (
        <>
          <SelectField
            label="Public key"
            value={line}
            options={keys.map((key) => [key.line, keyChoiceWords(key)] as const)}
            onChange={(next) => {
              setChosen(next);
              setOutcome(null);
            }}
          />
          <p className={styles.about}>
            This line is added to <code>~/.ssh/authorized_keys</code> of {user} on {host}, unless the key is
            there already. Whoever has the private half may be let in as {user} from then on.
          </p>
          <pre className={styles.line}>
            <code>{line}</code>
          </pre>
        </>
      )}
      {!isOpen && <p role="status">Start this tunnel first: the key goes over its open session.</p>}
      {outcome?.kind === 'failed' && (
        <p role="alert" className={styles.failed}>
          {outcome.words}
        </p>
      )}
      {outcome?.kind === 'installed' && ownKey !== null && (
        <InstalledKeyView profile={profile} ownKey={ownKey} installed={outcome.installed} />
      )}
      <DialogButtons>
        <Button ref={closeButton} onClick={onClose}>
          Close
        </Button>
        <Button
          look="primary"
          disabled={line === null || !isOpen || isSent || outcome?.kind === 'installed'}
          onClick={() => void install()}
        >
          Add this line
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

/** Null until they are known. */
function usePublicKeys({ login }: Profile): readonly OwnPublicKey[] | null {
  const [keys, setKeys] = useState<readonly OwnPublicKey[] | null>(null);
  const socket = (login.method === 'agent' && login.socket) || '';
  useEffect(() => {
    let isGone = false;
    void api.call('publicKeys.list', { socket }).then((reply) => {
      if (!isGone) setKeys(reply.ok ? reply.value.keys : []);
    });
    return () => {
      isGone = true;
    };
  }, [socket]);
  return keys;
}
