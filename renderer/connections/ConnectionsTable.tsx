import type { Connection } from '#shared/connection.ts';
import { type Column, LongTable } from '../design/LongTable.tsx';
import { ConnectionRow } from './ConnectionRow.tsx';
import type { ForwardNames, ConnectionRow as Row, Sorting, SortKey } from './connection-rows.ts';
import styles from './connections-table.module.css';

interface ConnectionsTableProps {
  readonly rows: readonly Row[];
  readonly names: ForwardNames;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  /** The one that is explained below, if any. */
  readonly explainedId: string | null;
  onExplain(id: string): void;
  onEnd(connection: Connection, byKeyboard: boolean): void;
  /** The element that scrolls. */
  readonly scroller: HTMLDivElement;
}

/** The table itself. */
export function ConnectionsTable(props: ConnectionsTableProps) {
  const { rows, names, sorting, onSort, explainedId, onExplain, onEnd, scroller } = props;
  return (
    <LongTable
      label="Connections"
      columns={COLUMNS}
      rows={rows}
      sorting={sorting}
      onSort={onSort}
      scroller={scroller}
      overscan={4}
      className={styles.table}
    >
      {(row, index) => (
        <ConnectionRow
          key={row.connection.id}
          row={row}
          forward={names.get(row.connection.forwardId)?.label ?? ''}
          index={index}
          isExplained={row.connection.id === explainedId}
          onExplain={onExplain}
          onEnd={onEnd}
        />
      )}
    </LongTable>
  );
}

const COLUMNS: readonly Column<SortKey>[] = [
  { key: 'program', name: 'Program' },
  { key: 'client', name: 'Client' },
  { key: 'forward', name: 'Forward' },
  { key: 'target', name: 'Target' },
  { key: 'received', name: 'Received', isBiggestFirst: true },
  { key: 'sent', name: 'Sent', isBiggestFirst: true },
  { key: 'age', name: 'Age', isBiggestFirst: true },
  { key: 'state', name: 'State' },
  { key: null, name: 'End', isNameHidden: true },
];
