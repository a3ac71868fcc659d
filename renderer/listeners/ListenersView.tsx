import { ClipboardCopy } from 'lucide-react';
import { useMemo, useState } from 'react';
import { formatAsNetstat } from '#shared/listener-text.ts';
import { Button } from '../design/Button.tsx';
import { SearchField } from '../design/SearchField.tsx';
import { copyText } from '../tunnels/copy-to-clipboard.ts';
import { ListenersTable } from './ListenersTable.tsx';
import { filterListeners, type Sorting, sortListeners } from './listener-rows.ts';
import styles from './listeners-view.module.css';
import { useListeners } from './use-listeners.ts';

/** Everything that listens on this computer, as netstat shows it, in plain words too. */
export function ListenersView({ filter: firstFilter }: { readonly filter: string }) {
  const { listeners, problem } = useListeners();
  const [filter, setFilter] = useState(firstFilter);
  const [oursOnly, setOursOnly] = useState(false);
  const [sorting, setSorting] = useState<Sorting>({ key: 'port', descending: false });
  // A state and no ref: the table must be drawn again once the element is there to be measured.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const rows = useMemo(
    () => sortListeners(filterListeners(listeners ?? [], filter, oursOnly), sorting),
    [listeners, filter, oursOnly, sorting],
  );
  const total = listeners?.length ?? 0;
  return (
    <section aria-labelledby="listeners-title" className={styles.view}>
      <div className={styles.bar}>
        <div className={styles.filters}>
          <SearchField
            label="Filter listeners"
            placeholder="Filter by port, process, address"
            value={filter}
            onChange={setFilter}
          />
          <label className={styles.ours}>
            <input
              type="checkbox"
              checked={oursOnly}
              onChange={(event) => setOursOnly(event.target.checked)}
            />
            Ours only
          </label>
        </div>
        <Button onClick={() => void copyText(formatAsNetstat(rows), `Copied ${countWords(rows.length)}`)}>
          <ClipboardCopy aria-hidden="true" />
          Copy as text
        </Button>
      </div>
      <div className={styles.intro}>
        <h1 id="listeners-title">What listens on this computer</h1>
        <p>
          {listeners === null
            ? 'Looking…'
            : rows.length === total
              ? countWords(total)
              : `${rows.length} of ${countWords(total)}`}
        </p>
      </div>
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must be able to scroll it */}
      <div ref={setScroller} className={styles.scroller} tabIndex={0}>
        {scroller && <ListenersTable rows={rows} sorting={sorting} onSort={setSorting} scroller={scroller} />}
        {listeners !== null && rows.length === 0 && (
          <p className={styles.nothing}>{emptyWords(total, filter, oursOnly)}</p>
        )}
      </div>
    </section>
  );
}

function countWords(count: number): string {
  return count === 1 ? '1 listener' : `${count} listeners`;
}

function emptyWords(total: number, filter: string, oursOnly: boolean): string {
  if (total === 0) return 'Nothing listens here.';
  if (filter.trim() !== '') return `No listener matches “${filter.trim()}”.`;
  return oursOnly ? 'None of your tunnels listens now. Start one, and its entrance shows here.' : '';
}
