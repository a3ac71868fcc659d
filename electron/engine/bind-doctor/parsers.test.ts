import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExcludedRangesReader, parseExcludedRanges } from './excluded-port-ranges.ts';
import { readFixture } from './fixtures/read-fixture.ts';
import { parseLinuxStart, parseLstart } from './process-start.ts';

const english = readFixture('windows-excluded-ranges-english.txt');
const spanish = readFixture('windows-excluded-ranges-spanish.txt');

describe('the ranges that Windows keeps', () => {
  it('are those that no administrator set', () => {
    expect(parseExcludedRanges(english)).toEqual([
      { first: 80, last: 80 },
      { first: 5986, last: 5986 },
      { first: 47001, last: 47001 },
    ]);
  });

  it('do not depend on the language or the line ends', () => {
    const ranges = parseExcludedRanges(spanish.replaceAll('\n', '\r\n'));
    expect(ranges).toHaveLength(6);
    expect(ranges).toContainEqual({ first: 25313, last: 25412 });
  });

  it('are none where netsh fails', async () => {
    const broken = createExcludedRangesReader(async () => ({
      ok: false,
      error: { code: 'toolFailed', detail: 'it broke' },
    }));
    expect(await broken()).toEqual([]);
  });
});

describe('the start of a process', () => {
  const system = 'cpu  1 2 3\nbtime 1700000000\nprocesses 5\n';

  it('is counted from the start of Linux, whatever the process is called', () => {
    const stat = `812 (a (b) c) S 1 ${'0 '.repeat(17)}12345 999 0`;
    expect(parseLinuxStart(stat, system)).toBe(1_700_000_000_000 + 123_450);
  });

  it('is read from ps in the time zone of this computer', () => {
    expect(parseLstart('Mon Mar 14 09:07:45 2016\n')).toBe(new Date(2016, 2, 14, 9, 7, 45).getTime());
    expect(parseLstart('Thu Nov  6 23:59:00 2026    \n')).toBe(new Date(2026, 10, 6, 23, 59).getTime());
  });

  it('is unknown when the process is gone', () => {
    expect(parseLinuxStart('', system)).toBeNull();
    expect(parseLinuxStart('812 (a) S 1 0 0', system)).toBeNull();
    expect(parseLinuxStart(`812 (a) S 1 ${'0 '.repeat(17)}12345`, '')).toBeNull();
    expect(parseLstart('')).toBeNull();
  });
});

/** A recorded text with a piece cut out, doubled or overwritten. */
function damaged(...texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(300), fc.nat(30), fc.string({ unit: 'binary', maxLength: 12 }))
    .map(([text, at, length, noise]) => text.slice(0, at) + noise + text.slice(at + length));
}

describe('garbage', () => {
  it('never becomes a range of ports that is not in it', () => {
    const garbage = fc.oneof(fc.string({ unit: 'binary' }), damaged(english, spanish));
    fc.assert(
      fc.property(garbage, (text) => {
        for (const { first, last } of parseExcludedRanges(text)) {
          expect(first).toBeGreaterThan(0);
          expect(last).toBeGreaterThanOrEqual(first);
          expect(last).toBeLessThan(65536);
          expect(text).toContain(String(first));
          expect(text).toContain(String(last));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never becomes a time that is not one', () => {
    const stat = `812 (nginx) S 1 ${'0 '.repeat(17)}12345 999 0`;
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      damaged('Mon Mar 14 09:07:45 2016\n', stat, 'btime 1700000000\n'),
    );
    fc.assert(
      fc.property(garbage, garbage, (one, other) => {
        for (const time of [parseLstart(one), parseLinuxStart(one, other)]) {
          expect(time === null || Number.isFinite(time)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
