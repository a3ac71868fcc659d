import { HEARD_LIMIT_BYTES, type Wire } from './wire.ts';

/** Whether what was heard so far suffices: not yet, once it pauses, or now. */
export type HearingVerdict = 'more' | 'soon' | 'done';

/** A pause of this length ends what only `soon` suffices, in milliseconds. */
const PAUSE_MS = 150;

/**
 * Listens until it suffices, the other side ends, the limit of what is kept is reached, the time is over or `signal`
 * aborts. What was heard then stands in the wire.
 */
export function hear(
  wire: Wire,
  judge: (heard: Buffer) => HearingVerdict,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    let pause: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(deadline);
      clearTimeout(pause);
      stopListening();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const look = () => {
      clearTimeout(pause);
      const { heard } = wire;
      if (wire.ending !== null || signal.aborted || heard.length >= HEARD_LIMIT_BYTES) return finish();
      const verdict = heard.length === 0 ? 'more' : judge(heard);
      if (verdict === 'done') finish();
      else if (verdict === 'soon') pause = setTimeout(finish, PAUSE_MS);
    };
    const deadline = setTimeout(finish, timeoutMs);
    const stopListening = wire.onNews(look);
    signal.addEventListener('abort', finish);
    look();
  });
}
