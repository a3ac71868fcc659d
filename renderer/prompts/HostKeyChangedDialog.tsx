import { formatEndpoint } from '#shared/endpoint.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { dismissHostKeyChanged } from '../store/app-store.ts';
import type { Asking } from '../store/askings.ts';
import { forgetCommand } from './forget-command.ts';
import styles from './prompts.module.css';

interface HostKeyChangedDialogProps {
  readonly asking: Extract<Asking, { kind: 'hostKeyChanged' }>;
  /** Whose connection was stopped. */
  readonly name: string;
}

/** Shows a key that is not the trusted one. There is no way past it from here, on purpose. */
export function HostKeyChangedDialog({ asking, name }: HostKeyChangedDialogProps) {
  const { tunnelId, error } = asking;
  const close = () => dismissHostKeyChanged(tunnelId);
  return (
    <Dialog title="Host key changed" above={`${name} was stopped`} tone="bad" wide onCancel={close}>
      <p>
        <strong className={styles.host}>{formatEndpoint(error)}</strong> shows another key than the one you
        trusted. Somebody may be in between and read all you send, or the server was set up anew. Culvert did
        not log in.
      </p>
      <dl className={styles.compare}>
        {error.known.map(({ keyType, fingerprint, file, line }) => (
          <div key={`${file}:${line}`}>
            <dt>You trusted ({keyType})</dt>
            <dd className={styles.fingerprint}>{fingerprint}</dd>
            <dd className={styles.small}>
              {file}, line {line}
            </dd>
          </div>
        ))}
        <div className={styles.changed}>
          <dt>The server shows now ({error.keyType})</dt>
          <dd className={styles.fingerprint}>{error.fingerprint}</dd>
        </div>
      </dl>
      <p>
        Ask the server’s administrator, by phone or in person, whether the key was changed. If it was, forget
        the old key in a terminal, then start the tunnel again:
      </p>
      <pre className={styles.command}>{forgetCommand(error)}</pre>
      <DialogButtons>
        <Button onClick={close} data-autofocus>
          Cancel
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
