import { ClipboardCopy } from 'lucide-react';
import type { SystemListener } from '#shared/listener.ts';
import { formatAsNetstat } from '#shared/listener-text.ts';
import { Button } from '../design/Button.tsx';
import { SearchField } from '../design/SearchField.tsx';
import frame from '../design/view.module.css';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import styles from './listeners-view.module.css';
import type { TableState } from './table-state.ts';

interface ListenersBarProps {
  /** What the table shows now. */
  readonly rows: readonly SystemListener[];
  readonly table: TableState;
}

/** What chooses among the listeners, and takes them along as text. */
export function ListenersBar({ rows, table }: ListenersBarProps) {
  return (
    <div className={frame.bar}>
      <div className={frame.filters}>
        <SearchField
          label="Filter listeners"
          placeholder="Filter by port, process, address"
          value={table.filter}
          onChange={table.setFilter}
        />
        <label className={styles.ours}>
          <input
            type="checkbox"
            checked={table.oursOnly}
            onChange={(event) => table.setOursOnly(event.target.checked)}
          />
          Ours only
        </label>
      </div>
      <Button
        title="Copy as text"
        onClick={() => void copyText(formatAsNetstat(rows), `Copied ${countWords(rows.length)}`)}
      >
        <ClipboardCopy aria-hidden="true" />
        <span className={frame.label}>Copy as text</span>
      </Button>
    </div>
  );
}

/** `1 listener`, `12 listeners`. */
export function countWords(count: number): string {
  return count === 1 ? '1 listener' : `${count} listeners`;
}
