import { useState } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Profile } from '#shared/profile.ts';
import frame from '../design/view.module.css';
import { useAppStore } from '../store/app-store.ts';
import { serverName } from '../tunnels/server-label.ts';
import { ListenersPanel } from './ListenersPanel.tsx';
import { LISTENERS_PANEL_ID, type ListenersTab, ListenersTabs, tabId } from './ListenersTabs.tsx';
import styles from './listeners-view.module.css';
import { ServerListeners } from './ServerListeners.tsx';
import { type TableState, useTableState } from './table-state.ts';
import { useListeners } from './use-listeners.ts';

interface ListenersViewProps {
  /** What the filter box starts with. */
  readonly filter: string;
  /** The tunnel whose server is shown first; null for this computer. */
  readonly server: string | null;
}

/** Everything that listens: on this computer, and on the server of every open tunnel. */
export function ListenersView({ filter, server }: ListenersViewProps) {
  const table = useTableState(filter);
  const [chosen, setChosen] = useState(server ?? HERE.id);
  const profiles = useShownProfiles(chosen);
  const profile = profiles.find(({ id }) => id === chosen);
  // A tunnel that was deleted takes its tab along.
  const selected = profile?.id ?? HERE.id;
  return (
    <div className={frame.view}>
      {profiles.length > 0 && (
        <ListenersTabs tabs={[HERE, ...profiles.map(tabOf)]} selected={selected} onSelect={setChosen} />
      )}
      <section
        id={LISTENERS_PANEL_ID}
        className={styles.panel}
        {...(profiles.length > 0
          ? { role: 'tabpanel', 'aria-labelledby': tabId(selected) }
          : { 'aria-labelledby': 'listeners-title' })}
      >
        {profile ? (
          <ServerListeners key={profile.id} profile={profile} table={table} />
        ) : (
          <HereListeners table={table} />
        )}
      </section>
    </div>
  );
}

const HERE: ListenersTab = { id: '', name: 'This computer', place: '' };

function tabOf(profile: Profile): ListenersTab {
  return { id: profile.id, name: profile.name, place: `on ${serverName(profile)}` };
}

/** Those whose tunnel is open, and the chosen one for as long as there is one: it may be coming back. */
function useShownProfiles(chosen: string): readonly Profile[] {
  return useAppStore(
    useShallow((state) =>
      state.order.flatMap((id) => {
        const profile = state.profiles[id];
        const isOpen = state.tunnels[id]?.state.status === 'open';
        return profile && (isOpen || id === chosen) ? [profile] : [];
      }),
    ),
  );
}

function HereListeners({ table }: { readonly table: TableState }) {
  const { listeners, problem } = useListeners();
  return (
    <ListenersPanel
      title="What listens on this computer"
      listeners={listeners}
      server={null}
      problem={problem}
      table={table}
    />
  );
}
