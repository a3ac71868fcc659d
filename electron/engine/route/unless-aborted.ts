/**
 * What is wanted, or null once the signal is aborted or, with a limit in milliseconds, that time is over: what nobody answers any
 * more may never settle. `wanted` must not reject.
 */
export function unlessAborted<Value>(
  wanted: Promise<Value>,
  signal: AbortSignal,
  limitMs?: number,
): Promise<Value | null> {
  return new Promise((resolve) => {
    const giveUp = () => settle(null);
    const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs);
    const settle = (value: Value | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      resolve(value);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    void wanted.then(settle);
  });
}
