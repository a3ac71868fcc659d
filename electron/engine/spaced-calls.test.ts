import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SpacedCalls } from './spaced-calls.ts';

describe('SpacedCalls', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('calls at once when nobody asked lately', () => {
    const call = vi.fn();
    const spaced = new SpacedCalls(call, 250);
    spaced.ask();
    expect(call).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1_000);
    expect(call).toHaveBeenCalledTimes(1);
    spaced.ask();
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('makes one call of a thousand askings, and one more for the last of them', () => {
    const call = vi.fn();
    const spaced = new SpacedCalls(call, 250);
    for (let asking = 0; asking < 1_000; asking += 1) spaced.ask();
    expect(call).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(250);
    expect(call).toHaveBeenCalledTimes(2);
  });

  it('never calls more than once an interval', () => {
    const call = vi.fn();
    const spaced = new SpacedCalls(call, 250);
    for (let ms = 0; ms < 1_000; ms += 1) {
      spaced.ask();
      vi.advanceTimersByTime(1);
    }
    expect(call).toHaveBeenCalledTimes(5);
  });

  it('does not call any more once it is cancelled', () => {
    const call = vi.fn();
    const spaced = new SpacedCalls(call, 250);
    spaced.ask();
    spaced.ask();
    spaced.cancel();
    vi.advanceTimersByTime(1_000);
    expect(call).toHaveBeenCalledTimes(1);
  });
});
