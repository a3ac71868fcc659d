import { useRef } from 'react';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useAppStore } from '../store/app-store.ts';
import { keychainRemedy, whyNotKept } from './keychain-words.ts';
import { secretWords, usersInWords } from './secret-words.ts';
import styles from './secrets.module.css';
import { closeSecrets, useSecretsDialog } from './secrets-store.ts';
import { type KeptSecret, useKeptSecrets } from './use-kept-secrets.ts';

/** Which secrets are kept in the keychain, and how to have one forgotten. Never what they are. */
export function SecretsDialog() {
  const isOpen = useSecretsDialog((state) => state.isOpen);
  return isOpen ? <OpenDialog /> : null;
}

function OpenDialog() {
  const { kept, forget } = useKeptSecrets();
  const keychain = useAppStore(({ environment }) => environment.keychain);
  const reason = whyNotKept(keychain);
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title="Saved secrets" wide onCancel={closeSecrets}>
      <p className={styles.lead}>
        {reason === null
          ? 'The keychain of this computer keeps them. Culvert never shows them, and exports none.'
          : `${reason}: what you type is kept in memory until Culvert quits, and nowhere else. ${keychainRemedy(keychain)}`}
      </p>
      {kept?.length === 0 && <p>No secret is saved.</p>}
      {kept !== null && kept.length > 0 && (
        <ul className={styles.list} aria-label="Saved secrets">
          {kept.map((secret) => (
            <SecretRow
              key={secretSlotKey(secret.slot)}
              secret={secret}
              onForget={() => {
                // The row's own button goes with it.
                close.current?.focus();
                void forget([secret.slot]);
              }}
            />
          ))}
        </ul>
      )}
      <DialogButtons>
        <Button ref={close} onClick={closeSecrets}>
          Close
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function SecretRow({ secret, onForget }: { readonly secret: KeptSecret; onForget(): void }) {
  const profiles = useAppStore((state) => state.profiles);
  const words = secretWords(secret.slot);
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.what}>{words}</p>
        <p className={styles.users}>{usersInWords(secret.slot, Object.values(profiles))}</p>
        {!secret.isReadable && (
          <p className={styles.caution}>
            The keychain does not open it now. It stays until you have it forgotten.
          </p>
        )}
      </div>
      <Button aria-label={`Forget: ${words}`} onClick={onForget}>
        Forget
      </Button>
    </li>
  );
}
