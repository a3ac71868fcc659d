import styles from './app.module.css';
import { ConnectionsView } from './connections/ConnectionsView.tsx';
import { ListenersView } from './listeners/ListenersView.tsx';
import { Messages } from './messages/Messages.tsx';
import { Notices } from './messages/Notices.tsx';
import { Navigation } from './navigation/Navigation.tsx';
import { ProfileForm } from './profiles/ProfileForm.tsx';
import { UnsavedEdits } from './profiles/UnsavedEdits.tsx';
import { Askings } from './prompts/Askings.tsx';
import { SecretsDialog } from './secrets/SecretsDialog.tsx';
import { useAppStore } from './store/app-store.ts';
import { useViewStore } from './store/view-store.ts';
import { TransferDialogs } from './transfer/TransferDialogs.tsx';
import { TunnelsView } from './tunnels/TunnelsView.tsx';

/** The window: navigation at the left, one view at the right, and what comes in front of both. */
export function App() {
  const isReady = useAppStore((state) => state.ready);
  return (
    <div className={styles.window}>
      <Navigation />
      <main className={styles.main}>
        <Notices />
        <div className={styles.view}>{isReady && <CurrentView />}</div>
        <Messages />
      </main>
      <UnsavedEdits />
      <TransferDialogs />
      <SecretsDialog />
      <Askings />
    </div>
  );
}

function CurrentView() {
  const view = useViewStore((state) => state.view);
  switch (view.name) {
    case 'tunnels':
      return <TunnelsView />;
    case 'listeners':
      return (
        <ListenersView
          key={`${view.server ?? ''} ${view.filter ?? ''}`}
          filter={view.filter ?? ''}
          server={view.server ?? null}
        />
      );
    case 'connections':
      return <ConnectionsView key={view.tunnelId} tunnelId={view.tunnelId} />;
    case 'form':
      return <ProfileForm key={view.profileId ?? 'new'} profileId={view.profileId} />;
  }
}
