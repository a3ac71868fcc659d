import { formatEndpoint } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import { bindLabel, type Forward } from '#shared/profile.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import styles from './exposure-dialog.module.css';

interface ExposureDialogProps {
  /** The forwards that others could reach. */
  readonly forwards: readonly Forward[];
  readonly serverHost: string;
  onContinue(): void;
  onCancel(): void;
}

/** Asks before a door is opened to other people, and says who could go through it to what. */
export function ExposureDialog({ forwards, serverHost, onContinue, onCancel }: ExposureDialogProps) {
  return (
    <Dialog title="Open to the network" tone="bad" onCancel={onCancel}>
      <p>Other people could use this tunnel, without any password of yours:</p>
      <ul className={styles.list}>
        {forwards.map((forward) => (
          <li key={forward.id}>
            <strong>{bindLabel(forward.bind)}</strong>
            <p>
              {whoCould(forward, serverHost)} {reachWhat(forward, serverHost)}
            </p>
          </li>
        ))}
      </ul>
      <p className={styles.advice}>If only you need it, cancel and use the bind address localhost.</p>
      <DialogButtons>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="danger" onClick={onContinue}>
          Continue
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function whoCould({ kind, bind }: Forward, serverHost: string): string {
  if (bindScope(bind.address) === 'one') return `Anyone who can reach ${bind.address} could reach`;
  return kind === 'remote'
    ? `Anyone who can reach the server ${serverHost} could reach`
    : 'Anyone who can reach this computer, on any of its networks, could reach';
}

function reachWhat(forward: Forward, serverHost: string): string {
  switch (forward.kind) {
    case 'local':
      return `${formatEndpoint(forward.target)} through ${serverHost}, under your name.`;
    case 'remote':
      return `${formatEndpoint(forward.target)} from this computer.`;
    case 'dynamic':
      return `everything that ${serverHost} can reach, under your name.`;
  }
}
