import { addressInWords, refusedInWords } from '#shared/exposure-words.ts';
import { formatAgo } from '#shared/format-duration.ts';
import type { RefusedSources } from '#shared/tunnel-state.ts';
import { useClock } from '../store/clock.ts';
import styles from './forward-exposure.module.css';

/** Who was turned away at an entrance: a quiet line, and the last few addresses for who wants to know. */
export function RefusedClients({ refused }: { readonly refused: RefusedSources }) {
  const words = useClock((now) => refusedInWords(refused, now));
  return (
    <details className={styles.refused}>
      <summary>{words}</summary>
      <ul>
        {refused.latest.map((each) => (
          <RefusedClient key={each.address} {...each} />
        ))}
      </ul>
    </details>
  );
}

function RefusedClient({ address, count, at }: RefusedSources['latest'][number]) {
  const when = useClock((now) => formatAgo(now - at));
  return (
    <li>
      <code>{addressInWords(address)}</code> {count === 1 ? 'once' : `${count} times`}, {when}
    </li>
  );
}
