import { expect, it } from 'vitest';
import { formatAgo, formatDuration } from './format-duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

it.each([
  [0, '0 s'],
  [999, '0 s'],
  [SECOND, '1 s'],
  [MINUTE - 1, '59 s'],
  [MINUTE, '1 min'],
  [2 * MINUTE - 1, '1 min'],
  [HOUR - 1, '59 min'],
  [HOUR, '1 h'],
  [HOUR + MINUTE - 1, '1 h'],
  [HOUR + MINUTE, '1 h 1 min'],
  [3 * HOUR + 12 * MINUTE + 59 * SECOND, '3 h 12 min'],
  [DAY - 1, '23 h 59 min'],
  [DAY, '1 d'],
  [DAY + HOUR - 1, '1 d'],
  [2 * DAY + 5 * HOUR + 59 * MINUTE, '2 d 5 h'],
  [400 * DAY, '400 d'],
  [-1, '0 s'],
  [Number.NaN, '0 s'],
  [Number.POSITIVE_INFINITY, '0 s'],
])('writes %d ms as %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected);
});

it.each([
  [-1, 'just now'],
  [1999, 'just now'],
  [2 * SECOND, '2 s ago'],
  [3 * HOUR, '3 h ago'],
])('writes that something was %d ms ago as %s', (milliseconds, expected) => {
  expect(formatAgo(milliseconds)).toBe(expected);
});
