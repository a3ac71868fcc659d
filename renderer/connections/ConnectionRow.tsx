import { X } from 'lucide-react';
import { memo } from 'react';
import type { Connection } from '#shared/connection.ts';
import { connectionStateWords, endWords, programWords } from '#shared/connection-words.ts';
import { formatBytes, formatRate } from '#shared/format-bytes.ts';
import { formatDuration } from '#shared/format-duration.ts';
import { IconButton } from '../design/Button.tsx';
import { classNames } from '../design/class-names.ts';
import { useClock } from '../store/clock.ts';
import type { ConnectionRow as Row } from './connection-rows.ts';
import styles from './connections-table.module.css';

interface ConnectionRowProps {
  readonly row: Row;
  readonly forward: string;
  /** Its place among all rows, from 0. */
  readonly index: number;
  readonly isExplained: boolean;
  onExplain(id: string): void;
  onEnd(connection: Connection, byKeyboard: boolean): void;
}

/** One connection. */
export const ConnectionRow = memo(function ConnectionRow({
  row: { connection, receivedPerSecond, sentPerSecond },
  forward,
  index,
  isExplained,
  onExplain,
  onEnd,
}: ConnectionRowProps) {
  const { id, client, target, program, state } = connection;
  const at = endWords(client);
  return (
    <tr aria-rowindex={index + 2} className={classNames(isExplained && styles.explained)}>
      <td>
        <button
          type="button"
          aria-pressed={isExplained}
          aria-label={`Explain ${programWords(program)} at ${at}`}
          className={classNames(styles.explain, program.kind !== 'found' && styles.unknown)}
          onClick={() => onExplain(id)}
        >
          {programWords(program)}
        </button>
      </td>
      <td className={styles.mono} title={at}>
        {at}
      </td>
      <td title={forward}>{forward}</td>
      <td className={styles.mono} title={target ? endWords(target) : undefined}>
        {target ? endWords(target) : ''}
      </td>
      <Amount total={connection.received} rate={receivedPerSecond} />
      <Amount total={connection.sent} rate={sentPerSecond} />
      <Age openedAt={connection.openedAt} />
      <td>
        <span className={classNames(styles.state, state !== 'open' && styles.unusual)}>
          {connectionStateWords(state)}
        </span>
      </td>
      <td className={styles.end}>
        <IconButton
          label={`End the connection of ${at}`}
          // A click without a pointer: the focus must not be lost with the row.
          onClick={(event) => onEnd(connection, event.detail === 0)}
        >
          <X aria-hidden="true" />
        </IconButton>
      </td>
    </tr>
  );
});

/** What has flowed, and what flows now if anything does. */
function Amount({ total, rate }: { readonly total: number; readonly rate: number }) {
  return (
    <td className={styles.amount}>
      {formatBytes(total)}
      {rate >= 1 && <span className={styles.rate}>{formatRate(rate)}</span>}
    </td>
  );
}

function Age({ openedAt }: { readonly openedAt: number }) {
  return <td className={styles.age}>{useClock((now) => formatDuration(now - openedAt))}</td>;
}
