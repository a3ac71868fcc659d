import { ArrowDown, ArrowUp, Users } from 'lucide-react';
import { formatBytes, formatRate } from '#shared/format-bytes.ts';
import { HISTORY_LENGTH } from '../store/traffic-history.ts';
import { useFlow } from '../store/traffic-store.ts';
import { goTo } from '../store/view-store.ts';
import { sparklinePath } from './sparkline-path.ts';
import styles from './traffic.module.css';
import { useReturnedFocus } from './use-returned-focus.ts';

/** Live rates and totals of one tunnel. Alone listens to the traffic, so that a tick redraws nothing else. */
export function Traffic({ id, name }: { readonly id: string; readonly name: string }) {
  const flow = useFlow(id);
  const button = useReturnedFocus(id, 'connections');
  if (!flow) return null;
  const { connectionsOpen } = flow;
  const words = connectionsOpen === 1 ? '1 connection' : `${connectionsOpen} connections`;
  return (
    <dl className={styles.traffic}>
      <Amount icon={<ArrowDown />} name="Received" rate={flow.receivedPerSecond} total={flow.received} />
      <Amount icon={<ArrowUp />} name="Sent" rate={flow.sentPerSecond} total={flow.sent} />
      <div className={styles.connections}>
        <dt className="visually-hidden">Connections</dt>
        <dd>
          <Sparkline history={flow.history} />
          <button
            ref={button}
            type="button"
            aria-label={`Show ${words} of ${name}`}
            title="Who is in this tunnel"
            className={styles.who}
            onClick={() => goTo({ name: 'connections', tunnelId: id })}
          >
            <Users aria-hidden="true" />
            {connectionsOpen}
            <span className={styles.word}>{connectionsOpen === 1 ? ' connection' : ' connections'}</span>
          </button>
        </dd>
      </div>
    </dl>
  );
}

interface AmountProps {
  readonly icon: React.ReactNode;
  readonly name: string;
  readonly rate: number;
  readonly total: number;
}

function Amount({ icon, name, rate, total }: AmountProps) {
  return (
    <div className={styles.amount}>
      <dt aria-hidden="true">{icon}</dt>
      <dd>
        <span className="visually-hidden">{name} </span>
        <span className={styles.rate}>{formatRate(rate)}</span>
        <span className={styles.total}>{formatBytes(total)} in all</span>
      </dd>
    </div>
  );
}

const WIDTH = 72;
const HEIGHT = 16;

function Sparkline({ history }: { readonly history: readonly number[] }) {
  const path = sparklinePath(history, HISTORY_LENGTH, WIDTH, HEIGHT);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={styles.sparkline} aria-hidden="true">
      <path d={path ?? `M0 ${HEIGHT - 1}H${WIDTH}`} className={path === null ? styles.silence : undefined} />
    </svg>
  );
}
