import { useState } from 'react';
import { flushSync } from 'react-dom';
import type { LineInTheWay } from '#shared/changed-key.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { dismissHostKeyChanged } from '../store/app-store.ts';
import type { Asking, HostKeyChanged } from '../store/askings.ts';
import { focusCardIfLost } from '../tunnels/focus-card.ts';
import { KeysCompared } from './KeysCompared.tsx';
import { LineRemoved } from './LineRemoved.tsx';
import { LinesInTheWay } from './LinesInTheWay.tsx';
import styles from './prompts.module.css';

interface HostKeyChangedDialogProps {
  readonly asking: Extract<Asking, { kind: 'hostKeyChanged' }>;
  /** Whose connection was stopped. */
  readonly name: string;
}

/**
 * Shows a key that is not the trusted one, and what that means. There is no button to go on: the only way past it is to
 * take the old line out of the list on purpose, after which the key is an unknown one and asked about as any other.
 */
export function HostKeyChangedDialog({ asking, name }: HostKeyChangedDialogProps) {
  const { tunnelId, error } = asking;
  const [removed, setRemoved] = useState<{ readonly line: LineInTheWay; readonly backup: string } | null>(
    null,
  );
  const close = () => {
    flushSync(() => dismissHostKeyChanged(tunnelId));
    focusCardIfLost(tunnelId);
  };
  return (
    <Dialog title="Host key changed" above={`${name} was stopped`} tone="bad" wide onCancel={close}>
      {removed ? (
        <LineRemoved {...removed} left={error.known.length - 1} tunnelId={tunnelId} onClose={close} />
      ) : (
        <>
          <Warning error={error} />
          <KeysCompared error={error} />
          <WhatToAsk error={error} />
          <LinesInTheWay error={error} onRemoved={(line, backup) => setRemoved({ line, backup })} />
          <DialogButtons>
            <Button onClick={close}>Cancel</Button>
          </DialogButtons>
        </>
      )}
    </Dialog>
  );
}

function Warning({ error }: { readonly error: HostKeyChanged }) {
  const { alias, address, host } = error;
  return (
    <>
      <p>
        <strong className={styles.host}>{formatEndpoint(error)}</strong> shows another key than the one you
        trusted. Culvert did not log in, and sent no secret.
      </p>
      {(alias !== null || (address !== null && address !== host)) && (
        <p className={styles.small}>
          {alias !== null && <>It is looked up as {alias}, its host key alias. </>}
          {address !== null && address !== host && <>The key came from the address {address}.</>}
        </p>
      )}
    </>
  );
}

function WhatToAsk({ error }: { readonly error: HostKeyChanged }) {
  return (
    <>
      <p className={styles.lesson}>
        A server keeps its key for years. Another key means one of two things: the server was set up anew or
        moved, or somebody is in between and would read all you send, your password too. From here the two
        look the same.
      </p>
      <p className={styles.lesson}>
        Ask the administrator of {error.host}, by phone or in person and not over this connection: “Did the
        host key change, when, and what is the fingerprint of the new {error.keyType} key?” Compare their
        answer with the new key above, letter by letter.
      </p>
    </>
  );
}
