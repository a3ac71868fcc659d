import { useState } from 'react';
import { flushSync } from 'react-dom';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useProfile } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import { focusCard } from '../tunnels/focus-card.ts';
import styles from './allow-command.module.css';

interface AllowCommandProps {
  readonly tunnelId: string;
  readonly command: string;
}

/** Offers to allow the one program that a tunnel's way begins with, and shows it in full before. */
export function AllowCommand(props: AllowCommandProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>Look at the program…</Button>
      {isAsking && <AllowCommandDialog {...props} onClose={() => setAsking(false)} />}
    </>
  );
}

function AllowCommandDialog({ tunnelId, command, onClose }: AllowCommandProps & { onClose(): void }) {
  const [isSent, setSent] = useState(false);
  const profile = useProfile(tunnelId);
  if (!profile) return null;
  const allow = async () => {
    setSent(true);
    const allowed = await run('profiles.allowCommand', { id: tunnelId, command });
    // What opened this goes with the error.
    flushSync(onClose);
    focusCard(tunnelId);
    if (allowed) await run('tunnels.start', { id: tunnelId });
  };
  return (
    <Dialog title="Allow this program?" above={profile.name} tone="ask" onCancel={onClose}>
      <p>
        To reach the server, this tunnel starts a program on this computer, with all your rights, every time
        it connects:
      </p>
      <p className={styles.command}>
        <code>{command}</code>
      </p>
      <p>Only this very command is allowed; as soon as a letter of it changes, you are asked again.</p>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" disabled={isSent} onClick={() => void allow()}>
          Allow and start
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
