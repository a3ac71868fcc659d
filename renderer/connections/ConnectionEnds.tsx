import type { ReactNode } from 'react';
import { type ConnectionEnd, endText } from '#shared/connection-ends.ts';
import { CutText } from '../design/CutText.tsx';
import { classNames } from '../design/class-names.ts';
import styles from './connections-table.module.css';

interface ClientCellProps {
  readonly client: ConnectionEnd;
  readonly isExplained: boolean;
  onExplain(): void;
  /** Stands below it. */
  readonly children: ReactNode;
}

/** Who connected: a button that explains it, above the address. */
export function ClientCell({ client, isExplained, onExplain, children }: ClientCellProps) {
  return (
    <td>
      <button
        type="button"
        aria-pressed={isExplained}
        aria-label={`Explain ${endText(client)}`}
        className={styles.explain}
        onClick={onExplain}
      >
        <Who {...client} />
      </button>
      <Address {...client} />
      {children}
    </td>
  );
}

/** Where it comes out; with the program there, where that is on this computer. */
export function TargetCell({
  target,
  children,
}: {
  readonly target: ConnectionEnd;
  readonly children: ReactNode;
}) {
  return (
    <td>
      {target.who !== '' && <Who {...target} />}
      <Address {...target} />
      {children}
    </td>
  );
}

/** The process stays in view, as the port does. */
function Who({ who, pid }: ConnectionEnd) {
  const isProgram = pid !== null;
  return (
    <CutText
      head={who}
      tail={isProgram ? ` (${pid})` : ''}
      className={isProgram ? styles.program : styles.unknown}
    />
  );
}

function Address({ at, endpoint }: ConnectionEnd) {
  const port = `:${endpoint?.port}`;
  const isSplit = endpoint !== null && at.endsWith(port);
  return (
    <CutText
      head={isSplit ? at.slice(0, -port.length) : at}
      tail={isSplit ? port : ''}
      className={classNames(styles.address, endpoint !== null && styles.mono)}
    />
  );
}
