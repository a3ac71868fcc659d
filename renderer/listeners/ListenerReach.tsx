import { Lock, Network, Users } from 'lucide-react';
import { assertNever } from '#shared/assert-never.ts';
import type { Reach } from '#shared/listener.ts';
import { reachInWords } from '#shared/listener-reach.ts';
import { classNames } from '../design/class-names.ts';
import styles from './listener-reach.module.css';

interface ListenerReachProps {
  readonly reach: Reach;
  /** The server's name; null for this computer. */
  readonly server: string | null;
}

/** Who can reach a listener: what the table is for. */
export function ListenerReach({ reach, server }: ListenerReachProps) {
  const words = reachInWords(reach, server);
  return (
    <span className={classNames(styles.reach, styles[reach.kind])} title={words}>
      <ReachIcon reach={reach} />
      <span>{words}</span>
    </span>
  );
}

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
