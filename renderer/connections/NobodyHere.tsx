import { Copy } from 'lucide-react';
import type { Forward, Profile } from '#shared/profile.ts';
import { isRunning } from '#shared/tunnel-words.ts';
import { Button } from '../design/Button.tsx';
import frame from '../design/view.module.css';
import { useTunnel } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import { addressToCopy, forwardToCopy } from '../tunnels/copy-address.ts';
import { copyAddress } from '../tunnels/copy-to-clipboard.ts';

/** What stands in the place of the connections while there are none: how to make one. */
export function NobodyHere({ profile }: { readonly profile: Profile }) {
  const { id, name } = profile;
  const tunnel = useTunnel(id);
  const forward = forwardToCopy(profile);
  const snapshot = tunnel.forwards.find((each) => each.id === forward?.id);
  const address = forward ? addressToCopy(forward, profile.server.host, snapshot) : null;
  if (!isRunning(tunnel.state.status)) {
    return (
      <div className={frame.nothing}>
        <p>{name} is not open, so nobody can be in it.</p>
        <Button look="primary" onClick={() => void run('tunnels.start', { id })}>
          Start
        </Button>
      </div>
    );
  }
  return (
    <div className={frame.nothing}>
      <p>Nobody is connected now.</p>
      {tunnel.state.status === 'open' && forward && address !== null && (
        <>
          <p>{howToConnect(forward, address)} Then its name, its target and every byte show here.</p>
          <Button onClick={() => void copyAddress(address)}>
            <Copy aria-hidden="true" />
            Copy {address}
          </Button>
        </>
      )}
    </div>
  );
}

function howToConnect({ kind }: Forward, address: string): string {
  switch (kind) {
    case 'local':
      return `Point a program at ${address}.`;
    case 'dynamic':
      return `Give a program ${address} as its SOCKS proxy.`;
    case 'remote':
      return `Let a program on the server connect to ${address}.`;
  }
}
