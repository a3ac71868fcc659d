import { Lock, Network, Users } from 'lucide-react';
import { memo } from 'react';
import { assertNever } from '#shared/assert-never.ts';
import type { Reach, SystemListener } from '#shared/listener.ts';
import { reachInWords } from '#shared/listener-reach.ts';
import { classNames } from '../design/class-names.ts';
import { holderWords, processWords } from './listener-rows.ts';
import styles from './listeners-table.module.css';

interface ListenerRowProps {
  readonly listener: SystemListener;
  /** The server's name; null for this computer. */
  readonly server: string | null;
  /** Its place among all rows, from 0. */
  readonly index: number;
}

/** One listener. */
export const ListenerRow = memo(function ListenerRow({ listener, server, index }: ListenerRowProps) {
  const { protocol, address, port, state, process, ours, reach } = listener;
  return (
    <tr aria-rowindex={index + 2} className={classNames(ours !== null && !ours.isDoubtful && styles.ours)}>
      <td className={styles.mono}>{protocol}</td>
      <td className={styles.mono} title={address}>
        {address}
      </td>
      <td className={classNames(styles.mono, styles.port)}>{port}</td>
      <td className={styles.mono}>{state}</td>
      <td className={classNames(process === null && styles.unknown)} title={processWords(listener)}>
        {holderWords(listener, server)}
      </td>
      <td className={styles.tunnel} title={ours?.tunnelName}>
        {ours === null ? '' : ours.isDoubtful ? `perhaps ${ours.tunnelName}` : ours.tunnelName}
      </td>
      <td title={reachInWords(reach, server)}>
        <span className={classNames(styles.reach, styles[reach.kind])}>
          <ReachIcon reach={reach} />
          {reachInWords(reach, server)}
        </span>
      </td>
    </tr>
  );
});

function ReachIcon({ reach }: { readonly reach: Reach }) {
  switch (reach.kind) {
    case 'thisComputer':
      return <Lock aria-hidden="true" />;
    case 'network':
      return <Network aria-hidden="true" />;
    case 'everyone':
      return <Users aria-hidden="true" />;
    default:
      return assertNever(reach);
  }
}
