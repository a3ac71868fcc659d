import type { SystemListener } from '#shared/listener.ts';
import { type Column, LongTable } from '../design/LongTable.tsx';
import { ListenerRow } from './ListenerRow.tsx';
import { listenerKey, type Sorting, type SortKey } from './listener-rows.ts';
import styles from './listeners-table.module.css';

interface ListenersTableProps {
  readonly rows: readonly SystemListener[];
  /** The server's name; null for this computer. */
  readonly server: string | null;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
  /** The element that scrolls. */
  readonly scroller: HTMLDivElement;
}

/** The table itself. */
export function ListenersTable({ server, ...props }: ListenersTableProps) {
  return (
    <LongTable {...props} label="Listeners" columns={COLUMNS} overscan={8} className={styles.table}>
      {(listener, index) => (
        <ListenerRow key={listenerKey(listener)} listener={listener} server={server} index={index} />
      )}
    </LongTable>
  );
}

const COLUMNS: readonly Column<SortKey>[] = [
  { key: 'protocol', name: 'Proto' },
  { key: 'address', name: 'Local address' },
  { key: 'port', name: 'Port' },
  // Every listener listens.
  { key: null, name: 'State' },
  { key: 'process', name: 'Process' },
  { key: 'tunnel', name: 'Tunnel' },
  { key: 'reach', name: 'Who can reach it' },
];
