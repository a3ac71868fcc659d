/** How this process did while it was watched. */
export interface ProcessReport {
  /** How much more memory it had in use at the worst moment than at the start: JavaScript's, and that of buffers. */
  readonly grownBytes: number;
  /** How late a timer was at worst, in milliseconds. */
  readonly lagMs: number;
}

const LOOK_EVERY_MS = 10;

/** Watches the memory and the event loop of this process, with all that is in it, until `report` is called. */
export function watchProcess(): { report(): ProcessReport } {
  const before = inUse();
  let most = before;
  let lagMs = 0;
  let lookedAt = performance.now();
  const look = () => {
    const now = performance.now();
    lagMs = Math.max(lagMs, now - lookedAt - LOOK_EVERY_MS);
    lookedAt = now;
    most = Math.max(most, inUse());
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    report: () => {
      look();
      clearInterval(timer);
      return { grownBytes: most - before, lagMs };
    },
  };
}

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
