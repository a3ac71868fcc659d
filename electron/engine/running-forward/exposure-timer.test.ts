import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExposureTimer } from './exposure-timer.ts';

const NOW = Date.UTC(2026, 10, 26, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let over = 0;
let timer: ExposureTimer;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  over = 0;
  timer = new ExposureTimer({
    now: () => Date.now(),
    onOver: () => {
      over += 1;
    },
  });
});
afterEach(() => {
  timer.cancel();
  vi.useRealTimers();
});

const until = (at: number) => ({
  bind: { address: '*' },
  exposureLease: { address: '*', ends: { when: 'at', at } as const },
});

describe('the time for which a forward is open to others', () => {
  it('ends on time, once, and the forward is judged closed from then on', () => {
    const rule = until(NOW + 60 * MINUTE);
    expect(timer.judge(rule).status).toBe('agreed');
    vi.advanceTimersByTime(60 * MINUTE - 1);
    expect([over, timer.isOver()]).toEqual([0, false]);
    vi.advanceTimersByTime(1);
    expect([over, timer.isOver()]).toEqual([1, true]);
    expect(timer.judge(rule)).toEqual({ status: 'expired', at: NOW + 60 * MINUTE });
    vi.advanceTimersByTime(DAY);
    expect(over).toBe(1);
  });

  it('can be longer than any timer of Node', () => {
    timer.judge(until(NOW + 25 * DAY));
    vi.advanceTimersByTime(25 * DAY - 1);
    expect(over).toBe(0);
    vi.advanceTimersByTime(1);
    expect(over).toBe(1);
  });

  it('is over at once on waking up after it, and for a client that comes before that', () => {
    timer.judge(until(NOW + 60 * MINUTE));
    // Asleep: the clock went on and no timer did.
    vi.setSystemTime(NOW + 61 * MINUTE);
    expect(timer.isOver()).toBe(true);
    expect(over).toBe(0);
    timer.look();
    expect(over).toBe(1);
  });

  it('is noticed within half a minute when the clock is set past its end', () => {
    timer.judge(until(NOW + 60 * MINUTE));
    vi.setSystemTime(NOW + 61 * MINUTE);
    vi.advanceTimersByTime(30_000);
    expect(over).toBe(1);
  });

  it('is not made longer by a clock that is set back', () => {
    timer.judge(until(NOW + 60 * MINUTE));
    vi.setSystemTime(NOW - DAY);
    vi.advanceTimersByTime(60 * MINUTE);
    expect(over).toBe(1);
    expect(timer.judge(until(NOW + 60 * MINUTE)).status).toBe('expired');
  });

  it('does not begin again when the clock is set back after its end', () => {
    timer.judge(until(NOW + MINUTE));
    vi.advanceTimersByTime(MINUTE);
    vi.setSystemTime(NOW);
    expect(timer.judge(until(NOW + MINUTE))).toEqual({ status: 'expired', at: NOW + MINUTE });
    expect(timer.isOver()).toBe(true);
  });

  it('can be extended while it runs and after its end', () => {
    timer.judge(until(NOW + MINUTE));
    timer.judge(until(NOW + 2 * MINUTE));
    vi.advanceTimersByTime(MINUTE);
    expect(over).toBe(0);
    vi.advanceTimersByTime(MINUTE);
    expect(over).toBe(1);
    expect(timer.judge(until(NOW + 3 * MINUTE)).status).toBe('agreed');
    expect(timer.isOver()).toBe(false);
  });

  it('that was over before Start is judged closed and calls nobody', () => {
    expect(timer.judge(until(NOW))).toEqual({ status: 'expired', at: NOW });
    vi.advanceTimersByTime(DAY);
    expect(over).toBe(0);
  });

  it('is nobody’s business once the forward is for this computer only, or open without an end', () => {
    timer.judge(until(NOW + MINUTE));
    timer.judge({ bind: { address: 'localhost' } });
    timer.judge({ bind: { address: '*' }, exposureConfirmedFor: '*' });
    vi.advanceTimersByTime(DAY);
    expect([over, timer.isOver()]).toEqual([0, false]);
  });
});
