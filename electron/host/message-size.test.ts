import { describe, expect, it } from 'vitest';
import { isWithinSize } from './message-size.ts';

describe('isWithinSize', () => {
  it('lets an ordinary command through', () => {
    const input = { profile: { name: 'Mail', forwards: [{ port: 42424, label: null }] } };
    expect(isWithinSize(input, 1000)).toBe(true);
    expect(isWithinSize(null, 1000)).toBe(true);
  });

  it('counts text, keys and the number of values', () => {
    expect(isWithinSize('x'.repeat(1001), 1000)).toBe(false);
    expect(isWithinSize({ ['k'.repeat(1001)]: 1 }, 1000)).toBe(false);
    expect(
      isWithinSize(
        Array.from({ length: 1001 }, () => 0),
        1000,
      ),
    ).toBe(false);
  });

  it('ends on a value that contains itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(isWithinSize(loop, 1000)).toBe(false);
  });

  it('counts the holes of an array', () => {
    expect(isWithinSize(new Array(2 ** 32 - 1), 2_000_000)).toBe(false);
    expect(isWithinSize({ forwards: new Array(3_000_000) }, 2_000_000)).toBe(false);
  });

  it('is soon done with a wide value that contains itself', () => {
    const wide: unknown[] = [];
    for (let count = 0; count < 300_000; count += 1) wide.push(wide);
    const startedAt = performance.now();
    expect(isWithinSize(wide, 2_000_000)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('refuses what is not plain data', () => {
    expect(isWithinSize({ bytes: new Uint8Array(10) }, 1000)).toBe(false);
    expect(isWithinSize(new Map(), 1000)).toBe(false);
  });
});
