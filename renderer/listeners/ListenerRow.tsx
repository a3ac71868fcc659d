import { memo } from 'react';
import { formatHost } from '#shared/endpoint.ts';
import type { SystemListener } from '#shared/listener.ts';
import { CutText } from '../design/CutText.tsx';
import { classNames } from '../design/class-names.ts';
import { ListenerReach } from './ListenerReach.tsx';
import { holderWords, processWords } from './listener-rows.ts';
import styles from './listeners-table.module.css';

interface ListenerRowProps {
  readonly listener: SystemListener;
  /** The server's name; null for this computer. */
  readonly server: string | null;
  /** Its place among all rows, from 0. */
  readonly index: number;
  /** There is room for two columns only. */
  readonly isNarrow: boolean;
}

/** One listener. */
export const ListenerRow = memo(function ListenerRow({ isNarrow, ...props }: ListenerRowProps) {
  const { listener, index } = props;
  return (
    <tr
      aria-rowindex={index + 2}
      className={classNames(listener.ours !== null && !listener.ours.isDoubtful && styles.ours)}
    >
      {isNarrow ? <NarrowCells {...props} /> : <WideCells {...props} />}
    </tr>
  );
});

type CellsProps = Pick<ListenerRowProps, 'listener' | 'server'>;

function WideCells({ listener, server }: CellsProps) {
  const { protocol, address, port, state, process, ours, reach } = listener;
  return (
    <>
      <td className={styles.mono}>{protocol}</td>
      <td className={styles.mono} title={address}>
        {address}
      </td>
      <td className={classNames(styles.mono, styles.port)}>{port}</td>
      <td className={styles.mono}>{state}</td>
      <td className={classNames(process === null && styles.unknown)} title={processWords(listener)}>
        <Holder listener={listener} server={server} />
      </td>
      <td className={styles.tunnel} title={ours?.tunnelName}>
        {ours === null ? '' : tunnelWords(ours)}
      </td>
      <td>
        <ListenerReach reach={reach} server={server} />
      </td>
    </>
  );
}

/** What it is, who holds it and whose it is, beneath each other; beside them who can reach it. */
function NarrowCells({ listener, server }: CellsProps) {
  const { address, port, process, ours, reach } = listener;
  return (
    <>
      <td>
        <CutText head={formatHost(address)} tail={`:${port}`} className={styles.mono} />
        <div className={classNames(process === null && styles.unknown)} title={processWords(listener)}>
          <Holder listener={listener} server={server} />
        </div>
        {ours && <CutText head={tunnelWords(ours)} tail="" className={styles.tunnel} />}
      </td>
      <td>
        <ListenerReach reach={reach} server={server} />
      </td>
    </>
  );
}

/** Whose it is; some can only be guessed. */
function tunnelWords({ tunnelName, isDoubtful }: NonNullable<SystemListener['ours']>): string {
  return isDoubtful ? `perhaps ${tunnelName}` : tunnelName;
}

/** A process keeps its number in view. */
function Holder({ listener, server }: CellsProps) {
  const { process } = listener;
  if (process === null) return holderWords(listener, server);
  return <CutText head={process.name} tail={` (${process.pid})`} />;
}
