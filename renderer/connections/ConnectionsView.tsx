import { ArrowLeft } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { Connection } from '#shared/connection.ts';
import type { Profile } from '#shared/profile.ts';
import { IconButton } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import frame from '../design/view.module.css';
import { useProfile } from '../store/app-store.ts';
import { run } from '../store/messages.ts';
import { goTo } from '../store/view-store.ts';
import { ConnectionsBar } from './ConnectionsBar.tsx';
import { ConnectionsTable } from './ConnectionsTable.tsx';
import { countWords, filterRows, type Sorting, sortRows } from './connection-rows.ts';
import styles from './connections-view.module.css';
import { ExplainedConnection } from './ExplainedConnection.tsx';
import { NobodyHere } from './NobodyHere.tsx';
import { useConnectionNames } from './use-connection-names.ts';
import { useConnections } from './use-connections.ts';

/** Who is in one tunnel now. */
export function ConnectionsView({ tunnelId }: { readonly tunnelId: string }) {
  const profile = useProfile(tunnelId);
  return profile ? <Connections profile={profile} /> : <p className={frame.nothing}>This tunnel is gone.</p>;
}

function Connections({ profile }: { readonly profile: Profile }) {
  const { id, name } = profile;
  const { look, problem, refresh } = useConnections(id);
  const [filter, setFilter] = useState('');
  const [forwardId, setForwardId] = useState<string | null>(null);
  const [sorting, setSorting] = useState<Sorting>({ key: 'age', descending: true });
  const [explainedId, setExplainedId] = useState<string | null>(null);
  // A state and no ref: the table must be drawn again once the element is there to be measured.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const all = useMemo(() => look?.rows.map(({ connection }) => connection) ?? [], [look]);
  const explained = all.find((connection) => connection.id === explainedId);
  const { names, seen } = useConnectionNames(profile, all, explained !== undefined);
  const rows = useMemo(
    () => sortRows(filterRows(look?.rows ?? [], filter, forwardId, names), sorting, names),
    [look, filter, forwardId, sorting, names],
  );
  const total = look?.total ?? 0;
  const onExplain = useCallback((row: string) => setExplainedId((now) => (now === row ? null : row)), []);
  const onEnd = useCallback(
    async (connection: Connection, byKeyboard: boolean) => {
      if (byKeyboard) scroller?.focus();
      await run('connections.end', { id, connectionIds: [connection.id] });
      refresh();
    },
    [id, refresh, scroller],
  );
  return (
    <section aria-labelledby="connections-title" className={frame.view}>
      <ConnectionsBar
        tunnelId={id}
        names={names}
        rows={rows}
        total={total}
        filter={filter}
        onFilter={setFilter}
        forwardId={forwardId}
        onForward={setForwardId}
        onEnded={refresh}
      />
      <div className={frame.intro}>
        <IconButton label="Back to the tunnels" className={styles.back} onClick={() => leave(id)}>
          <ArrowLeft aria-hidden="true" />
        </IconButton>
        <h1 id="connections-title">Who is in {name}</h1>
        <p>{look === null ? 'Looking…' : listedWords(rows.length, total)}</p>
      </div>
      {problem !== null && (
        <p role="alert" className={frame.problem}>
          {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it */}
      <div ref={setScroller} className={classNames(frame.scroller, frame.sheet)} tabIndex={0}>
        {scroller && total > 0 && (
          <ConnectionsTable
            rows={rows}
            names={names}
            sorting={sorting}
            onSort={setSorting}
            explainedId={explainedId}
            onExplain={onExplain}
            onEnd={onEnd}
            scroller={scroller}
          />
        )}
        {look !== null && total === 0 && <NobodyHere profile={profile} />}
        {total > 0 && rows.length === 0 && <p className={frame.nothing}>No connection matches.</p>}
      </div>
      {explained && (
        <ExplainedConnection
          connection={explained}
          all={all}
          names={names}
          seen={seen}
          onClose={() => {
            scroller?.focus();
            setExplainedId(null);
          }}
        />
      )}
    </section>
  );
}

function leave(tunnelId: string): void {
  goTo({ name: 'tunnels', focusOn: tunnelId, focusWhat: 'connections' });
}

function listedWords(listed: number, total: number): string {
  return listed === total ? countWords(total) : `${listed} of ${countWords(total)}`;
}
