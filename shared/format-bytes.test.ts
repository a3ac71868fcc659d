import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatRate } from './format-bytes.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [0.4, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [999.4, '999 B'],
    [999.5, '1.0 kB'],
    [1000, '1.0 kB'],
    [1049, '1.0 kB'],
    [1050, '1.1 kB'],
    [9940, '9.9 kB'],
    [9960, '10 kB'],
    [10_000, '10 kB'],
    [99_500, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [1_000_000, '1.0 MB'],
    [52_428_800, '52 MB'],
    [1e9, '1.0 GB'],
    [1e12, '1.0 TB'],
    [1e15, '1.0 PB'],
    [Number.MAX_SAFE_INTEGER, '9.0 PB'],
    [1e18, '1000 PB'],
    [-1, '0 B'],
    [Number.NaN, '0 B'],
    [Number.POSITIVE_INFINITY, '0 B'],
  ])('writes %d as %s', (bytes, expected) => {
    expect(formatBytes(bytes)).toBe(expected);
  });

  it('is never off by more than a twentieth, and never longer than seven characters', () => {
    const power: Readonly<Record<string, number>> = { B: 0, kB: 3, MB: 6, GB: 9, TB: 12, PB: 15 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: 0, max: 52 }),
        (n, shift) => {
          const bytes = Math.max(1, Math.floor(n / 2 ** shift));
          const text = formatBytes(bytes);
          expect(text).toMatch(/^(?:\d{1,3}|\d\.\d) [kMGTP]?B$/);
          const [digits, unit = ''] = text.split(' ');
          expect(Math.abs(Number(digits) * 10 ** (power[unit] ?? 0) - bytes) / bytes).toBeLessThanOrEqual(
            0.0501,
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

it('writes a rate', () => {
  expect(formatRate(1_234_567)).toBe('1.2 MB/s');
});
