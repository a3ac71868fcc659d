const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
/** How much of a delay chance may take away, so that many tunnels do not knock at the same moment. */
const JITTER = 0.2;

/**
 * How long to wait after a failed attempt, in milliseconds: 0.5 s doubling to 60 s, less up to a fifth.
 * `attempt` is 1 for the first that failed; `random` gives a number from 0 to below 1.
 */
export function retryDelayMs(attempt: number, random: () => number): number {
  const doublings = Math.max(0, Math.min(attempt - 1, 30));
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** doublings, LONGEST_DELAY_MS);
  return Math.round(delayMs * (1 - JITTER * random()));
}
