import type { ElectronApplication } from '@playwright/test';

/** How late the main process's event loop ran its timers, in milliseconds. */
export interface Lag {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How often the loop is asked, in milliseconds: what it is late by is what exceeds this. */
const RESOLUTION_MS = 5;

/** Measures the lag of the main process while `work` runs. */
export async function lagDuring(electron: ElectronApplication, work: () => Promise<void>): Promise<Lag> {
  const histogram = await electron.evaluateHandle((_electron, resolution) => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
    const monitor = monitorEventLoopDelay({ resolution });
    monitor.enable();
    return monitor;
  }, RESOLUTION_MS);
  // The first interval holds the end of our own call.
  await histogram.evaluate((monitor) => monitor.reset());
  await work();
  const seen = await histogram.evaluate((monitor) => {
    monitor.disable();
    return { p99: monitor.percentile(99), max: monitor.max };
  });
  await histogram.dispose();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return { p99Ms: late(seen.p99), maxMs: late(seen.max) };
}
