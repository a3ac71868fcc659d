import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { SystemListener } from '#shared/listener.ts';
import { useRem } from '../design/rem.ts';
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

/** A row's height in rem, as in the style sheet. */
const ROW_REM = 2.125;

/** The table itself. Only the rows in view exist; two rows of nothing hold the place of the others. */
export function ListenersTable({ rows, server, sorting, onSort, scroller }: ListenersTableProps) {
  const rowHeight = ROW_REM * useRem();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 8,
    useFlushSync: false,
  });
  const inView = virtualizer.getVirtualItems();
  const before = inView[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (inView.at(-1)?.end ?? 0);
  return (
    <table aria-label="Listeners" aria-rowcount={rows.length + 1} className={styles.table}>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map(([key, name]) => (
            <HeaderCell key={name} sortKey={key} name={name} sorting={sorting} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Spacer height={before} />}
        {inView.map(({ index }) => {
          const listener = rows[index];
          return (
            listener && (
              <ListenerRow key={listenerKey(listener)} listener={listener} server={server} index={index} />
            )
          );
        })}
        {after > 0 && <Spacer height={after} />}
      </tbody>
    </table>
  );
}

const COLUMNS = [
  ['protocol', 'Proto'],
  ['address', 'Local address'],
  ['port', 'Port'],
  [null, 'State'],
  ['process', 'Process'],
  ['tunnel', 'Tunnel'],
  ['reach', 'Who can reach it'],
] as const satisfies readonly (readonly [SortKey | null, string])[];

interface HeaderCellProps {
  /** Null where there is nothing to sort by: every listener listens. */
  readonly sortKey: SortKey | null;
  readonly name: string;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
}

function HeaderCell({ sortKey, name, sorting, onSort }: HeaderCellProps) {
  if (sortKey === null) return <th scope="col">{name}</th>;
  const isSorted = sorting.key === sortKey;
  const order = sorting.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button
        type="button"
        className={styles.sort}
        onClick={() => onSort({ key: sortKey, descending: isSorted && !sorting.descending })}
      >
        {name}
        {isSorted && (sorting.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" />)}
      </button>
    </th>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
