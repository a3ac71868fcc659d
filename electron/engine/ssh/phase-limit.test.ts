import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PhaseLimit } from './phase-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A limit of a second, on a way that tells after `tellsAfterMs` whether it is alive. */
function start(isWayAlive: boolean, tellsAfterMs = 0) {
  const onOver = vi.fn<() => void>();
  const limit = new PhaseLimit(
    () => new Promise((resolve) => setTimeout(() => resolve(isWayAlive), tellsAfterMs)),
  );
  limit.start(1_000, onOver);
  return { limit, onOver };
}

describe('the limit of a phase', () => {
  it('is over in time where the way lives', async () => {
    const { onOver } = start(true);
    await vi.advanceTimersByTimeAsync(999);
    expect(onOver).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(onOver).toHaveBeenCalledOnce();
  });

  it('blames nobody where the way is gone', async () => {
    const { onOver } = start(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onOver).not.toHaveBeenCalled();
  });

  it('is not over when what was waited for comes while the way is asked', async () => {
    const { limit, onOver } = start(true, 500);
    await vi.advanceTimersByTimeAsync(1_200);
    limit.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onOver).not.toHaveBeenCalled();
  });
});
