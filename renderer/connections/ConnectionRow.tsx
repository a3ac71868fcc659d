import { X } from 'lucide-react';
import { memo } from 'react';
import type { Connection } from '#shared/connection.ts';
import { clientEnd, targetEnd } from '#shared/connection-ends.ts';
import { connectionStateWords, endWords } from '#shared/connection-words.ts';
import { formatBytes, formatRate } from '#shared/format-bytes.ts';
import { formatDuration } from '#shared/format-duration.ts';
import type { HopClient } from '#shared/hop-client.ts';
import type { Forward } from '#shared/profile.ts';
import { IconButton } from '../design/Button.tsx';
import { CutText } from '../design/CutText.tsx';
import { classNames } from '../design/class-names.ts';
import { useClock } from '../store/clock.ts';
import { ClientCell, TargetCell } from './ConnectionEnds.tsx';
import type { ConnectionRow as Row } from './connection-rows.ts';
import styles from './connections-table.module.css';

interface ConnectionRowProps {
  readonly row: Row;
  readonly forward: string;
  readonly kind: Forward['kind'];
  /** Null where no second hop can stand between. */
  readonly hopClient: HopClient | null;
  /** Its place among all rows, from 0. */
  readonly index: number;
  /** There is room for a few columns only. */
  readonly isNarrow: boolean;
  readonly isExplained: boolean;
  onExplain(id: string): void;
  onEnd(connection: Connection, byKeyboard: boolean): void;
}

/** One connection. */
export const ConnectionRow = memo(function ConnectionRow(props: ConnectionRowProps) {
  const { row, forward, kind, hopClient, index, isNarrow, isExplained, onExplain, onEnd } = props;
  const { connection } = row;
  const client = clientEnd(connection, kind, hopClient);
  const target = targetEnd(connection, kind);
  return (
    <tr aria-rowindex={index + 2} className={classNames(isExplained && styles.explained)}>
      <ClientCell client={client} isExplained={isExplained} onExplain={() => onExplain(connection.id)}>
        {isNarrow && <AgeAndState connection={connection} />}
      </ClientCell>
      {!isNarrow && (
        <td>
          <span className={styles.forward} title={forward}>
            {forward}
          </span>
        </td>
      )}
      <TargetCell target={target}>{isNarrow && <CutText head={forward} tail="" />}</TargetCell>
      {isNarrow ? <Carried {...row} /> : <Amounts {...row} />}
      <td className={styles.end}>
        <IconButton
          label={`End the connection of ${endWords(client.endpoint ?? connection.client)}`}
          // A click without a pointer: the focus must not be lost with the row.
          onClick={(event) => onEnd(connection, event.detail === 0)}
        >
          <X aria-hidden="true" />
        </IconButton>
      </td>
    </tr>
  );
});

/** What has flowed and what flows now each way, since when, and how it stands: a column for each. */
function Amounts({ connection, receivedPerSecond, sentPerSecond }: Row) {
  return (
    <>
      <td className={styles.amount}>
        {formatBytes(connection.received)}
        <Rate bytesPerSecond={receivedPerSecond} />
      </td>
      <td className={styles.amount}>
        {formatBytes(connection.sent)}
        <Rate bytesPerSecond={sentPerSecond} />
      </td>
      <td className={styles.amount}>
        <Age openedAt={connection.openedAt} />
      </td>
      <td>
        <State connection={connection} />
      </td>
    </>
  );
}

/** What has flowed and what flows now, both ways, in one column. */
function Carried({ connection, receivedPerSecond, sentPerSecond }: Row) {
  return (
    <td className={styles.amount}>
      <div>
        <span aria-hidden="true">↓ </span>
        <span className="visually-hidden">Received </span>
        {formatBytes(connection.received)}
      </div>
      <div>
        <span aria-hidden="true">↑ </span>
        <span className="visually-hidden">Sent </span>
        {formatBytes(connection.sent)}
      </div>
      <Rate bytesPerSecond={receivedPerSecond + sentPerSecond} />
    </td>
  );
}

function AgeAndState({ connection }: { readonly connection: Connection }) {
  return (
    <div className={styles.ageAndState}>
      <Age openedAt={connection.openedAt} />, <State connection={connection} />
    </div>
  );
}

/** Nothing where nothing flows. */
function Rate({ bytesPerSecond }: { readonly bytesPerSecond: number }) {
  return bytesPerSecond >= 1 && <span className={styles.rate}>{formatRate(bytesPerSecond)}</span>;
}

function Age({ openedAt }: { readonly openedAt: number }) {
  return useClock((now) => formatDuration(now - openedAt));
}

function State({ connection: { state } }: { readonly connection: Connection }) {
  const words = connectionStateWords(state);
  return (
    <span className={classNames(styles.state, state !== 'open' && styles.unusual)} title={words}>
      {words}
    </span>
  );
}
