import type { Connection } from '#shared/connection.ts';
import { type Column, LongTable } from '../design/LongTable.tsx';
import { useIsNarrow } from '../design/use-is-narrow.ts';
import { ConnectionRow } from './ConnectionRow.tsx';
import type { ConnectionNames, ConnectionRow as Row, Sorting, SortKey } from './connection-rows.ts';
import styles from './connections-table.module.css';

interface ConnectionsTableProps {
  readonly rows: readonly Row[];
  readonly names: ConnectionNames;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  /** The one that is explained below, if any. */
  readonly explainedId: string | null;
  onExplain(id: string): void;
  onEnd(connection: Connection, byKeyboard: boolean): void;
  /** The element that scrolls. */
  readonly scroller: HTMLDivElement;
}

/** With less room than this, in rem, what belongs together stands in one column, so that all of it is in view. */
const WIDE_REM = 46;

/** The table itself. */
export function ConnectionsTable(props: ConnectionsTableProps) {
  const { rows, names, sorting, onSort, explainedId, onExplain, onEnd, scroller } = props;
  const isNarrow = useIsNarrow(scroller, WIDE_REM);
  return (
    <LongTable
      // The heights of the rows are counted anew.
      key={isNarrow ? 'narrow' : 'wide'}
      label="Connections"
      columns={isNarrow ? NARROW_COLUMNS : WIDE_COLUMNS}
      rows={rows}
      sorting={sorting}
      onSort={onSort}
      scroller={scroller}
      overscan={4}
      lines={isNarrow ? 3 : 2}
      className={isNarrow ? styles.narrow : styles.wide}
    >
      {(row, index) => (
        <ConnectionRow
          key={row.connection.id}
          row={row}
          forward={names.forwards.get(row.connection.forwardId)?.label ?? ''}
          kind={names.forwards.get(row.connection.forwardId)?.kind ?? 'local'}
          hopClient={names.hopClients.get(row.connection.id) ?? null}
          isNarrow={isNarrow}
          index={index}
          isExplained={row.connection.id === explainedId}
          onExplain={onExplain}
          onEnd={onEnd}
        />
      )}
    </LongTable>
  );
}

const WIDE_COLUMNS: readonly Column<SortKey>[] = [
  { key: 'client', name: 'Client' },
  { key: 'forward', name: 'Forward' },
  { key: 'target', name: 'Target' },
  { key: 'received', name: 'Received', isBiggestFirst: true },
  { key: 'sent', name: 'Sent', isBiggestFirst: true },
  { key: 'age', name: 'Age', isBiggestFirst: true },
  { key: 'state', name: 'State' },
  { key: null, name: 'End', isNameHidden: true },
];

const NARROW_COLUMNS: readonly Column<SortKey>[] = [
  { key: 'client', name: 'Client' },
  { key: 'target', name: 'Target' },
  { key: 'received', name: 'Carried', isBiggestFirst: true },
  { key: null, name: 'End', isNameHidden: true },
];
