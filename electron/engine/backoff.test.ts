import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './backoff.ts';

describe('retryDelayMs', () => {
  it('doubles from half a second to a minute', () => {
    const delays = Array.from({ length: 10 }, (_, index) => retryDelayMs(index + 1, () => 0));
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('takes away up to a fifth', () => {
    expect(retryDelayMs(1, () => 0.5)).toBe(450);
    expect(retryDelayMs(1, () => 0.999_999)).toBe(400);
    expect(retryDelayMs(20, () => 0.999_999)).toBe(48_000);
  });

  it.each([100, 1023, 1024, 1e9, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    'stays at a minute after %d attempts',
    (attempt) => {
      expect(retryDelayMs(attempt, () => 0)).toBe(60_000);
    },
  );

  it.each([0, -1, Number.NEGATIVE_INFINITY])('takes attempt %d for the first', (attempt) => {
    expect(retryDelayMs(attempt, () => 0)).toBe(500);
  });

  it('is whole milliseconds from 0.4 to 60 s, whatever comes in', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, chance) => {
          const delayMs = retryDelayMs(attempt, () => chance);
          expect(Number.isInteger(delayMs)).toBe(true);
          expect(delayMs).toBeGreaterThanOrEqual(400);
          expect(delayMs).toBeLessThanOrEqual(60_000);
        },
      ),
    );
  });

  it('never shrinks from one attempt to the next for the same chance', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          expect(retryDelayMs(attempt + 1, () => chance)).toBeGreaterThanOrEqual(
            retryDelayMs(attempt, () => chance),
          );
        },
      ),
    );
  });
});
