import { holderAge } from '#shared/describe-bind-error.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { useClock } from '../store/clock.ts';
import styles from './error-alert.module.css';

/** How old the program in the way is. Outside of the alert, which would be read out anew with each minute. */
export function HolderAge({ error }: { readonly error: TunnelError }) {
  const age = useClock((now) => holderAge(error, now));
  return age === null ? null : <p className={styles.age}>{age}</p>;
}
