import { describe, expect, it } from 'vitest';
import {
  afterExpiry,
  afterStop,
  agreeToExposure,
  type Exposable,
  type ExposureTerm,
  endExposure,
  exposureOf,
  isExposureConfirmed,
  usualTerm,
} from './exposure-lease.ts';

const NOW = new Date(2026, 10, 26, 22, 30).getTime();
const HOUR = 3_600_000;
const rule: Exposable = { bind: { address: '*' } };
const agree = (term: ExposureTerm, allowFrom: readonly string[] = []) =>
  agreeToExposure(rule, { term, allowFrom }, NOW);

describe('a forward that others could reach', () => {
  it('needs no yes for this computer only', () => {
    const local = { bind: { address: 'localhost' } };
    expect(exposureOf(local, NOW)).toEqual({ status: 'loopback' });
    expect(isExposureConfirmed(local, NOW)).toBe(true);
    expect(agreeToExposure(local, { term: 'always', allowFrom: ['10.0.0.1'] }, NOW)).toBe(local);
  });

  it('counts a yes for exactly the address that it was given for', () => {
    const confirmed = (address: string, exposureConfirmedFor?: string) =>
      isExposureConfirmed({ bind: { address }, exposureConfirmedFor }, NOW);
    expect(confirmed('*')).toBe(false);
    expect(confirmed('*', '*')).toBe(true);
    expect(confirmed('0.0.0.0', '*')).toBe(false);
    expect(confirmed('10.0.0.1', '10.0.0.2')).toBe(false);
    const moved = { ...agree('untilStopped'), bind: { address: '0.0.0.0' } };
    expect(exposureOf(moved, NOW)).toEqual({ status: 'notConfirmed' });
  });

  it('is open for an hour, and not a moment longer', () => {
    const open = agree('hour');
    expect(exposureOf(open, NOW + HOUR - 1).status).toBe('agreed');
    expect(exposureOf(open, NOW + HOUR)).toEqual({ status: 'expired', at: NOW + HOUR });
  });

  it('is open until midnight of this computer’s own day', () => {
    const open = agree('today');
    expect(exposureOf(open, NOW + 1.5 * HOUR - 1).status).toBe('agreed');
    expect(exposureOf(open, NOW + 1.5 * HOUR).status).toBe('expired');
    const atMidnight = new Date(2026, 10, 26).getTime();
    const whole = agreeToExposure(rule, { term: 'today', allowFrom: [] }, atMidnight);
    expect(exposureOf(whole, atMidnight)).toEqual({
      status: 'agreed',
      ends: { when: 'at', at: new Date(2026, 10, 27).getTime() },
    });
  });

  it('stays closed after its time when the clock is set back', () => {
    const over = afterExpiry(agree('hour'), NOW + HOUR);
    expect(exposureOf(over, NOW)).toEqual({ status: 'expired', at: NOW + HOUR });
    expect(usualTerm(over)).toBe('hour');
  });

  it('does not end a new time with the end of an old one', () => {
    const extended = agreeToExposure(agree('hour'), { term: 'hour', allowFrom: [] }, NOW + 1000);
    expect(afterExpiry(extended, NOW + HOUR)).toBe(extended);
  });

  it('is closed by a stop only where it was open until then', () => {
    expect(exposureOf(afterStop(agree('untilStopped')), NOW).status).toBe('notConfirmed');
    for (const term of ['hour', 'today', 'always'] as const) {
      expect(afterStop(agree(term))).toEqual(agree(term));
    }
  });

  it('is written without limits as every version reads it, and with limits so that an older one stays closed', () => {
    expect(agree('always')).toEqual({ ...rule, exposureConfirmedFor: '*' });
    for (const limited of [agree('hour'), agree('untilStopped'), agree('always', ['10.0.0.1'])]) {
      expect(limited).not.toHaveProperty('exposureConfirmedFor');
      expect(exposureOf(limited, NOW).status).toBe('agreed');
    }
  });

  it('keeps one agreement at a time, and the one with limits goes first', () => {
    expect(agreeToExposure(agree('always'), { term: 'hour', allowFrom: [] }, NOW)).toEqual(agree('hour'));
    const both = { ...agree('hour'), exposureConfirmedFor: '*' };
    expect(exposureOf(both, NOW + HOUR).status).toBe('expired');
  });

  it('is closed by whoever wants it closed, and still knows who might enter', () => {
    const closed = endExposure(agree('always', ['10.0.0.1']));
    expect(closed).toEqual({ ...rule, allowFrom: ['10.0.0.1'] });
    expect(endExposure(closed)).toBe(closed);
  });

  it('is offered again for as long as before, and first until Stop', () => {
    expect(usualTerm(rule)).toBe('untilStopped');
    expect((['hour', 'untilStopped', 'always'] as const).map((term) => usualTerm(agree(term)))).toEqual([
      'hour',
      'untilStopped',
      'always',
    ]);
    expect(usualTerm(agree('always', ['10.0.0.1']))).toBe('always');
  });
});
