import { type ReactNode, useMemo, useState } from 'react';
import type { SystemListener } from '#shared/listener.ts';
import { classNames } from '../design/class-names.ts';
import frame from '../design/view.module.css';
import { countWords, ListenersBar } from './ListenersBar.tsx';
import { ListenersTable } from './ListenersTable.tsx';
import { filterListeners, sortListeners } from './listener-rows.ts';
import styles from './listeners-view.module.css';
import type { TableState } from './table-state.ts';

interface ListenersPanelProps {
  readonly title: string;
  /** Null before the first look, and where there is nothing to show. */
  readonly listeners: readonly SystemListener[] | null;
  /** The server's name; null for this computer. */
  readonly server: string | null;
  /** Stands beside the count: how it was seen. */
  readonly aside?: ReactNode;
  /** Why there is no list, or no new one; what was seen before stays. */
  readonly problem: string | null;
  /** Whether the problem is how that server is, and no failure. */
  readonly isProblemLasting?: boolean;
  /** Stands beneath the problem: what can be done about it. */
  readonly remedy?: ReactNode;
  readonly table: TableState;
}

/** The listeners of one computer, as netstat shows them, in plain words too. */
export function ListenersPanel({
  title,
  listeners,
  server,
  aside,
  problem,
  isProblemLasting = false,
  remedy,
  table,
}: ListenersPanelProps) {
  const { filter, oursOnly, sorting } = table;
  // A state and no ref: the table must be drawn again once the element is there to be measured.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const rows = useMemo(
    () => sortListeners(filterListeners(listeners ?? [], filter, oursOnly, server), sorting),
    [listeners, filter, oursOnly, server, sorting],
  );
  const total = listeners?.length ?? 0;
  return (
    <>
      <ListenersBar rows={rows} table={table} />
      <div className={frame.intro}>
        <h1 id="listeners-title">{title}</h1>
        <p>
          {shownWords(listeners, rows.length, problem)}
          {aside}
        </p>
      </div>
      {problem !== null && (
        <p role="alert" className={classNames(frame.problem, isProblemLasting && styles.lasting)}>
          {problem}
        </p>
      )}
      {remedy && <div className={styles.remedy}>{remedy}</div>}
      {!(listeners === null && isProblemLasting) && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it
        <div ref={setScroller} className={classNames(frame.scroller, frame.sheet)} tabIndex={0}>
          {scroller && (
            <ListenersTable
              rows={rows}
              server={server}
              sorting={sorting}
              onSort={table.setSorting}
              scroller={scroller}
            />
          )}
          {listeners !== null && rows.length === 0 && (
            <p className={frame.nothing}>{emptyWords(total, table, server)}</p>
          )}
        </div>
      )}
    </>
  );
}

function shownWords(
  listeners: readonly SystemListener[] | null,
  shown: number,
  problem: string | null,
): string {
  if (listeners === null) return problem === null ? 'Looking…' : '';
  return shown === listeners.length ? countWords(shown) : `${shown} of ${countWords(listeners.length)}`;
}

function emptyWords(total: number, { filter, oursOnly }: TableState, server: string | null): string {
  if (total === 0) return 'Nothing listens here.';
  if (filter.trim() !== '') return `No listener matches “${filter.trim()}”.`;
  if (!oursOnly) return '';
  return server === null
    ? 'None of your tunnels listens now. Start one, and its entrance shows here.'
    : `None of your tunnels listens on ${server} now. Remote forwards do.`;
}
