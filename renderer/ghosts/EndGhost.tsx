import { useState } from 'react';
import { formatDuration } from '#shared/format-duration.ts';
import type { GhostHolder } from '#shared/remote-port-holder.ts';
import { Button } from '../design/Button.tsx';
import { Dialog, DialogButtons } from '../design/Dialog.tsx';
import { useProfile } from '../store/app-store.ts';
import { useClock } from '../store/clock.ts';
import { run } from '../store/messages.ts';
import styles from './end-ghost.module.css';

interface EndGhostProps {
  readonly tunnelId: string;
  readonly forwardId: string;
  readonly holder: GhostHolder;
}

/** Offers to end our own dead session on the server, and asks before it does. */
export function EndGhost(props: EndGhostProps) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>End the dead session…</Button>
      {isAsking && <EndGhostDialog {...props} onClose={() => setAsking(false)} />}
    </>
  );
}

function EndGhostDialog({ tunnelId, forwardId, holder, onClose }: EndGhostProps & { onClose(): void }) {
  const [isSent, setSent] = useState(false);
  const profile = useProfile(tunnelId);
  const age = useClock((now) => formatDuration(Math.max(0, now - holder.since)));
  if (!profile) return null;
  const { host, user } = profile.server;
  const end = async () => {
    setSent(true);
    await run('ghosts.end', { id: tunnelId, forwardId, pid: holder.pid });
    onClose();
  };
  return (
    <Dialog title={`End the dead session on ${host}`} above={profile.name} tone="ask" onCancel={onClose}>
      <p>
        Process {holder.pid} there is the server’s side of a session that this tunnel opened {age} ago, as{' '}
        {user}, and has lost since. The server has not noticed, and keeps the port for it. Whatever else still
        went through that session ends with it.
      </p>
      <p className={styles.runs}>
        This runs on {host}, if the process is still that one: <code>kill {holder.pid}</code>
      </p>
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="danger" disabled={isSent} onClick={() => void end()}>
          End it
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
