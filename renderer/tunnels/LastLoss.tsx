import { describeError } from '#shared/describe-error.ts';
import { formatDuration } from '#shared/format-duration.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { useClock } from '../store/clock.ts';
import styles from './asides.module.css';

/** Why an open tunnel had to be dug again. It is over, so this is a remark and no alarm. */
export function LastLoss({ at, error }: { readonly at: number; readonly error: TunnelError }) {
  const ago = useClock((now) => formatDuration(now - at));
  return (
    <p className={styles.remark}>
      Dug again. It was lost {ago} ago: {describeError(error).what}
    </p>
  );
}
