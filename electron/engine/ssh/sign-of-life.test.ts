import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awaitSignOfLife } from './sign-of-life.ts';

const LIMIT_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function ask(waiting = 0) {
  const side = { bytesRead: 100, writableLength: waiting, destroyed: false };
  const question = vi.fn<() => void>();
  const verdict = vi.fn<(isAlive: boolean) => void>();
  void awaitSignOfLife(side, question, LIMIT_MS).then(verdict);
  return { side, question, verdict };
}

describe('a sign of life', () => {
  it('is asked for once, and any byte is one', async () => {
    const { side, question, verdict } = ask();
    await vi.advanceTimersByTimeAsync(900);
    expect(verdict).not.toHaveBeenCalled();
    side.bytesRead += 1;
    await vi.advanceTimersByTimeAsync(50);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(true);
    expect(question).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is missed when the limit is over', async () => {
    const { verdict } = ask();
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect(verdict).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for while what was sent before the question still gets through', async () => {
    const { side, verdict } = ask(500_000);
    for (let second = 0; second < 10; second += 1) {
      await vi.advanceTimersByTimeAsync(900);
      side.writableLength -= 1_000;
    }
    expect(verdict).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(LIMIT_MS + 50);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(false);
  });

  it('is not missed in time in which this process did not look', async () => {
    const { side, verdict } = ask();
    await vi.advanceTimersByTimeAsync(100);
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(50);
    expect(verdict).not.toHaveBeenCalled();
    side.bytesRead += 1;
    await vi.advanceTimersByTimeAsync(50);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(true);
  });

  it('does not come from whoever is gone already', async () => {
    const { side, verdict } = ask();
    side.destroyed = true;
    await vi.advanceTimersByTimeAsync(50);
    expect(verdict).toHaveBeenCalledExactlyOnceWith(false);
  });
});
