import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './long-table.module.css';
import { useRem } from './rem.ts';

/** By which column a table is sorted, and which way. */
export interface Sorting<Key extends string> {
  readonly key: Key;
  readonly descending: boolean;
}

/** A column by its heading. */
export interface Column<Key extends string> {
  readonly name: string;
  /** Null where there is nothing to sort by. */
  readonly key: Key | null;
  /** Of this the most is what people look for. */
  readonly isBiggestFirst?: true;
  /** Only those hear the heading who see nothing of what stands below it. */
  readonly isNameHidden?: true;
}

interface LongTableProps<Row, Key extends string> {
  readonly label: string;
  readonly columns: readonly Column<Key>[];
  readonly rows: readonly Row[];
  readonly sorting: Sorting<Key>;
  onSort(sorting: Sorting<Key>): void;
  /** The element that scrolls. */
  readonly scroller: HTMLDivElement;
  /** How many rows out of view exist beyond each edge. */
  readonly overscan: number;
  /** How many lines of text a row has room for; all rows are of one height. */
  readonly lines: keyof typeof ROW_REM;
  /** Sets the columns' widths. */
  readonly className: string | undefined;
  /** A row with its key; `index` is its place among all rows, from 0. */
  children(row: Row, index: number): ReactNode;
}

/** A row's height in rem by its lines, as in the style sheet. */
const ROW_REM = { 1: 2.125, 2: 2.625, 3: 3.25 } as const;

const ROW_CLASS = { 1: styles.oneLine, 2: styles.twoLines, 3: styles.threeLines } as const;

/** A sortable table of which only the rows in view exist; two rows of nothing hold the place of the others. */
export function LongTable<Row, Key extends string>(props: LongTableProps<Row, Key>) {
  const { label, columns, rows, sorting, onSort, scroller, overscan, lines, className, children } = props;
  const rowHeight = ROW_REM[lines] * useRem();
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan,
    useFlushSync: false,
  });
  const inView = virtualizer.getVirtualItems();
  const before = inView[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (inView.at(-1)?.end ?? 0);
  return (
    <table
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className={classNames(styles.table, ROW_CLASS[lines], className)}
    >
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <HeaderCell key={column.name} column={column} sorting={sorting} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Spacer height={before} columns={columns.length} />}
        {inView.map(({ index }) => {
          const row = rows[index];
          return row === undefined ? null : children(row, index);
        })}
        {after > 0 && <Spacer height={after} columns={columns.length} />}
      </tbody>
    </table>
  );
}

interface HeaderCellProps<Key extends string> {
  readonly column: Column<Key>;
  readonly sorting: Sorting<Key>;
  onSort(sorting: Sorting<Key>): void;
}

function HeaderCell<Key extends string>({ column, sorting, onSort }: HeaderCellProps<Key>) {
  const { key, name, isBiggestFirst = false, isNameHidden } = column;
  if (key === null)
    return <th scope="col">{isNameHidden ? <span className="visually-hidden">{name}</span> : name}</th>;
  const isSorted = sorting.key === key;
  const order = sorting.descending ? 'descending' : 'ascending';
  const descending = isSorted ? !sorting.descending : isBiggestFirst;
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button type="button" className={styles.sort} onClick={() => onSort({ key, descending })}>
        {name}
        {isSorted && (sorting.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" />)}
      </button>
    </th>
  );
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
    <tr aria-hidden="true">
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
