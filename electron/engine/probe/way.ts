import type { ProbeAnswer, ProbeOutcome } from '#shared/probe.ts';
import type { Wire } from './wire.ts';

/** How long a target may take to take the connection, in milliseconds. */
export const CONNECT_MS = 5_000;

/** The way to a target: open, or why not. */
export type Way =
  | { readonly kind: 'open'; readonly tested: ProbeOutcome['tested']; readonly wire: Wire }
  | { readonly kind: 'blocked'; readonly tested: ProbeOutcome['tested']; readonly answer: ProbeAnswer };

/** A way through the forward that does not lead to its target. */
export function blocked(answer: ProbeAnswer, tested: ProbeOutcome['tested'] = 'forward'): Way {
  return { kind: 'blocked', tested, answer };
}

/** Waits for the first of some promises, but not longer than so many milliseconds, nor once `signal` aborts. */
export function firstOf<Value>(
  promises: readonly Promise<Value>[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Value | 'timedOut' | 'aborted'> {
  return new Promise((resolve) => {
    const settle = (value: Value | 'timedOut' | 'aborted') => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(value);
    };
    const onAbort = () => settle('aborted');
    const timer = setTimeout(() => settle('timedOut'), timeoutMs);
    signal.addEventListener('abort', onAbort);
    for (const promise of promises) void promise.then(settle);
    if (signal.aborted) onAbort();
  });
}
