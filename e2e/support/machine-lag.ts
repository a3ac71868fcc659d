import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A measurement that {@link startLagClock} began. */
export interface LagClock {
  /**
   * Milliseconds from the start to now, less what the machine itself was late: for a bound that programs have to keep which
   * are to wait 4 s and then act. Settles 4 s after the start at the earliest.
   */
  elapsedMs(): Promise<number>;
}

/**
 * Starts a clock beside what is measured, which runs a program of the same kind: a shell that sleeps 4 s and then has
 * others do something. What it needs beyond the 4 s, up to our noticing, any other on this machine needs just now, too. On an idle
 * machine that is a few milliseconds.
 */
export function startLagClock(): LagClock {
  const startedAt = performance.now();
  const control = spawn('sh', ['-c', 'sleep 4; sh -c "sleep 0; kill -0 $PPID"'], { stdio: 'ignore' });
  const lateness = once(control, 'exit').then(() => performance.now() - startedAt - 4_000);
  return {
    elapsedMs: async () => {
      const elapsed = performance.now() - startedAt;
      return elapsed - (await lateness);
    },
  };
}
