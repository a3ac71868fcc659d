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

  it('refuses what is deeper than any command, such as what contains itself, at once', () => {
    const nested = (depth: number) => {
      let value: unknown = 'bottom';
      for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
      return value;
    };
    expect(isWithinSize(nested(60), 2_000_000)).toBe(true);
    expect(isWithinSize(nested(70), 2_000_000)).toBe(false);
    expect(isWithinSize(nested(100_000), 2_000_000)).toBe(false);
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    const before = process.cpuUsage();
    for (let count = 0; count < 1_000; count += 1) expect(isWithinSize(ring, 2_000_000)).toBe(false);
    expect(processorMs(before)).toBeLessThan(1_000);
  });

  it('is soon done with a wide value that contains itself', () => {
    const wide: unknown[] = [];
    for (let count = 0; count < 300_000; count += 1) wide.push(wide);
    const before = process.cpuUsage();
    expect(isWithinSize(wide, 2_000_000)).toBe(false);
    expect(processorMs(before)).toBeLessThan(1_000);
  });

  it('refuses what is not plain data', () => {
    expect(isWithinSize({ bytes: new Uint8Array(10) }, 1000)).toBe(false);
    expect(isWithinSize(new Map(), 1000)).toBe(false);
  });
});

/** What this process has computed since, in milliseconds: the machine is shared, and others' work is not ours. */
function processorMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
