import { HostsButton, ImportButton } from '../transfer/TransferButtons.tsx';
import styles from './first-tunnel.module.css';
import { NewTunnelButton } from './NewTunnelButton.tsx';
import { PathPicture } from './PathPicture.tsx';
import { PracticeButton } from './PracticeButton.tsx';
import { pathOf } from './path-model.ts';

/** What a newcomer sees: what a tunnel is, in one picture, and the ways to the first one. */
export function FirstTunnel() {
  return (
    <section aria-labelledby="first-title" className={styles.view}>
      <div className={styles.content}>
        <h1 id="first-title" className={styles.title}>
          Dig your first tunnel
        </h1>
        <p className={styles.lead}>
          A tunnel is a door on this computer that opens somewhere else. Whatever you send in travels
          encrypted through an SSH server you trust, and comes out next to the service you want.
        </p>
        <div className={styles.picture}>
          <PathPicture path={EXAMPLE} dig="open" />
        </div>
        <p className={styles.example}>
          Your mail program connects to <code>localhost:42424</code>, and talks to{' '}
          <code>imap.example.org</code> as if it sat beside it.
        </p>
        <div className={styles.ways}>
          <div className={styles.way}>
            <h2>I have a server</h2>
            <p>Any computer you can log in to with ssh will do.</p>
            <NewTunnelButton />
          </div>
          <div className={styles.way}>
            <h2>I want to see it work first</h2>
            <p>Culvert has a small SSH server inside. No account, nothing leaves this computer.</p>
            <PracticeButton />
          </div>
          <div className={styles.way}>
            <h2>I have tunnels in a file</h2>
            <p>
              An export of another Culvert, or your SSH configuration. It is shown first, and starts nothing.
            </p>
            <div className={styles.buttons}>
              <ImportButton />
              <HostsButton />
            </div>
          </div>
        </div>
      </div>
    </section>
  );
}

const EXAMPLE = pathOf({
  kind: 'local',
  serverHost: 'core.example.org',
  bindAddress: 'localhost',
  entrance: 'localhost:42424',
  target: 'imap.example.org:143',
  targetHost: 'imap.example.org',
  targetPort: 143,
});
