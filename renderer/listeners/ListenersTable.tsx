import type { SystemListener } from '#shared/listener.ts';
import { type Column, LongTable } from '../design/LongTable.tsx';
import { useIsNarrow } from '../design/use-is-narrow.ts';
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

/** With less room than this, in rem, each row is laid out in two columns: who can reach it must be in view. */
const WIDE_REM = 44;

/** The table itself. */
export function ListenersTable({ server, ...props }: ListenersTableProps) {
  const isNarrow = useIsNarrow(props.scroller, WIDE_REM);
  return (
    <LongTable
      {...props}
      // The heights of the rows are counted anew.
      key={isNarrow ? 'narrow' : 'wide'}
      label="Listeners"
      columns={isNarrow ? NARROW_COLUMNS : WIDE_COLUMNS}
      overscan={8}
      lines={isNarrow ? 3 : 1}
      className={isNarrow ? styles.narrow : styles.wide}
    >
      {(listener, index) => (
        <ListenerRow
          key={listenerKey(listener)}
          listener={listener}
          server={server}
          index={index}
          isNarrow={isNarrow}
        />
      )}
    </LongTable>
  );
}

const WIDE_COLUMNS: readonly Column<SortKey>[] = [
  { key: 'protocol', name: 'Proto' },
  { key: 'address', name: 'Local address' },
  { key: 'port', name: 'Port' },
  // Every listener listens.
  { key: null, name: 'State' },
  { key: 'process', name: 'Process' },
  { key: 'tunnel', name: 'Tunnel' },
  { key: 'reach', name: 'Who can reach it' },
];

const NARROW_COLUMNS: readonly Column<SortKey>[] = [
  { key: 'port', name: 'Listener' },
  { key: 'reach', name: 'Who can reach it' },
];
