import { Copy, CopyPlus, Pencil, Trash2 } from 'lucide-react';
import { isUnheard } from '#shared/engine-silence.ts';
import type { Profile } from '#shared/profile.ts';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { IconButton } from '../design/Button.tsx';
import { run, sayDeleted } from '../store/messages.ts';
import { goTo } from '../store/view-store.ts';
import styles from './card-foot.module.css';
import { addressToCopy, forwardToCopy } from './copy-address.ts';
import { copyAddress } from './copy-to-clipboard.ts';
import { duplicate } from './duplicate.ts';
import { Traffic } from './Traffic.tsx';
import { useReturnedFocus } from './use-returned-focus.ts';

interface CardFootProps {
  readonly profile: Profile;
  readonly tunnel: TunnelSnapshot;
}

/** The bottom of a card: what flows, and what else can be done with the tunnel. */
export function CardFoot({ profile, tunnel }: CardFootProps) {
  const { id, name } = profile;
  const edit = useReturnedFocus(id);
  return (
    <footer className={styles.foot}>
      <div className={styles.traffic}>
        {tunnel.state.status === 'stopped' || tunnel.state.status === 'failed'
          ? profile.startOnOpen && <span className={styles.habit}>Starts when Culvert opens</span>
          : !isUnheard(tunnel) && <Traffic id={id} name={name} />}
      </div>
      <div className={styles.actions}>
        <IconButton label="Copy address" onClick={() => void copyFirstAddress(profile, tunnel)}>
          <Copy aria-hidden="true" />
        </IconButton>
        <IconButton ref={edit} label="Edit" onClick={() => goTo({ name: 'form', profileId: id })}>
          <Pencil aria-hidden="true" />
        </IconButton>
        <IconButton label="Duplicate" onClick={() => void duplicate(profile)}>
          <CopyPlus aria-hidden="true" />
        </IconButton>
        <IconButton
          label="Delete"
          onClick={async (event) => {
            // A click without a pointer: the focus must not be lost with the card.
            const byKeyboard = event.detail === 0;
            if (await run('profiles.delete', { id })) sayDeleted(id, name, byKeyboard);
          }}
        >
          <Trash2 aria-hidden="true" />
        </IconButton>
      </div>
    </footer>
  );
}

async function copyFirstAddress(profile: Profile, tunnel: TunnelSnapshot): Promise<void> {
  const forward = forwardToCopy(profile);
  if (!forward) return;
  const snapshot = tunnel.forwards.find(({ id }) => id === forward.id);
  await copyAddress(addressToCopy(forward, profile.server.host, snapshot));
}
