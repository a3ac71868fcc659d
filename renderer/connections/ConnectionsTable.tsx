import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { Connection } from '#shared/connection.ts';
import { useRem } from '../design/rem.ts';
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

/** A row's height in rem, as in the style sheet. */
const ROW_REM = 2.125;

/** The table itself. Only the rows in view exist; two rows of nothing hold the place of the others. */
export function ConnectionsTable(props: ConnectionsTableProps) {
  const { rows, names, sorting, onSort, explainedId, onExplain, onEnd, scroller } = props;
  const rowHeight = ROW_REM * useRem();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 4,
    useFlushSync: false,
  });
  const inView = virtualizer.getVirtualItems();
  const before = inView[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (inView.at(-1)?.end ?? 0);
  return (
    <table aria-label="Connections" aria-rowcount={rows.length + 1} className={styles.table}>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map(([key, name]) => (
            <HeaderCell key={key} sortKey={key} name={name} sorting={sorting} onSort={onSort} />
          ))}
          <th scope="col">
            <span className="visually-hidden">End</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Spacer height={before} />}
        {inView.map(({ index }) => {
          const row = rows[index];
          return (
            row && (
              <ConnectionRow
                key={row.connection.id}
                row={row}
                forward={names.get(row.connection.forwardId)?.label ?? ''}
                index={index}
                isExplained={row.connection.id === explainedId}
                onExplain={onExplain}
                onEnd={onEnd}
              />
            )
          );
        })}
        {after > 0 && <Spacer height={after} />}
      </tbody>
    </table>
  );
}

const COLUMNS = [
  ['program', 'Program'],
  ['client', 'Client'],
  ['forward', 'Forward'],
  ['target', 'Target'],
  ['received', 'Received'],
  ['sent', 'Sent'],
  ['age', 'Age'],
  ['state', 'State'],
] as const satisfies readonly (readonly [SortKey, string])[];

/** Of these the most is what people look for. */
const BIGGEST_FIRST: readonly SortKey[] = ['received', 'sent', 'age'];

interface HeaderCellProps {
  readonly sortKey: SortKey;
  readonly name: string;
  readonly sorting: Sorting;
  onSort(sorting: Sorting): void;
}

function HeaderCell({ sortKey, name, sorting, onSort }: HeaderCellProps) {
  const isSorted = sorting.key === sortKey;
  const order = sorting.descending ? 'descending' : 'ascending';
  const descending = isSorted ? !sorting.descending : BIGGEST_FIRST.includes(sortKey);
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button type="button" className={styles.sort} onClick={() => onSort({ key: sortKey, descending })}>
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
      <td colSpan={COLUMNS.length + 1} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
