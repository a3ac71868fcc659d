import { setTimeout as pause } from 'node:timers/promises';

/** How long and how often {@link eventually} looks. */
export interface EventuallyOptions {
  /** How long to go on looking, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  /** Pause between two looks, in milliseconds. Default 20. */
  readonly everyMs?: number;
}

/** Taken at load, before a test may put a fake clock in its place. */
const now = performance.now.bind(performance);

/**
 * Runs `check` until it neither throws nor returns `false`, and returns what it returned.
 * After `timeoutMs` throws the last failure, so a test shows what was still wrong and not just "timeout".
 * Its clock is the real one, also under a test's fake timers.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<T> {
  const { timeoutMs = 10_000, everyMs = 20 } = options;
  const deadline = now() + timeoutMs;
  for (;;) {
    try {
      const value = await check();
      if (value !== false) return value;
      if (now() >= deadline) throw new Error(`Still false after ${timeoutMs} ms: ${check}`);
    } catch (failure) {
      if (now() >= deadline) throw failure;
    }
    await pause(everyMs);
  }
}
