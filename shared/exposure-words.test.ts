import { describe, expect, it } from 'vitest';
import { agreeToExposure, type ExposureTerm } from './exposure-lease.ts';
import { exposureBadge, refusedInWords } from './exposure-words.ts';
import { type Forward, forwardSchema } from './profile.ts';
import type { ForwardSnapshot, ForwardState } from './tunnel-state.ts';

const NOW = new Date(2026, 10, 26, 12).getTime();
const LISTENING: ForwardState = { status: 'listening', bound: [{ host: '::', port: 8080 }] };

function forward(kind: 'local' | 'remote', address: string): Forward {
  return forwardSchema.parse({
    id: '7d0f1f0e-3c1b-4c1e-9a55-0d7f8a6b1c02',
    kind,
    bind: { address, port: 8080 },
    target: { host: 'imap', port: 143 },
  });
}

const open = (term: ExposureTerm, allowFrom: readonly string[] = [], kind: 'local' | 'remote' = 'local') =>
  agreeToExposure(forward(kind, '*'), { term, allowFrom }, NOW);

describe('the badge', () => {
  it('is worn by nothing that only this computer can reach', () => {
    expect(exposureBadge(forward('local', 'localhost'), { state: LISTENING }, NOW)).toBeNull();
  });

  it.each([
    [open('hour'), 0, 'Open to others · 1 h left · anyone may enter'],
    [open('hour'), 18 * 60_000, 'Open to others · 42 min left · anyone may enter'],
    [open('hour'), 3_600_000 - 1, 'Open to others · 1 s left · anyone may enter'],
    [open('untilStopped', ['10.0.0.1']), 0, 'Open to others · until you stop it · 10.0.0.1 allowed'],
    [
      open('always', ['10.0.0.0/8', '::/0']),
      0,
      'Open to others · until you close it · everybody with IPv6 and 10.0.0.0/8 allowed',
    ],
    [
      open('always', ['10.0.0.0/8', 'fd00::/8']),
      0,
      'Open to others · until you close it · 10.0.0.0/8 and fd00::/8 allowed',
    ],
    [
      open('always', ['10.0.0.0/8', '10.9.9.9', '::1']),
      0,
      'Open to others · until you close it · 3 sources allowed',
    ],
    [open('always', [], 'remote'), 0, 'Asked to be open to others · until you close it · anyone may enter'],
  ] as const)('says until when and to whom: %#', (rule, laterMs, words) => {
    expect(exposureBadge(rule, { state: LISTENING }, NOW + laterMs)).toEqual({ door: 'open', words });
  });

  it('says of a remote forward that it is open only where that was seen, or by a second hop', () => {
    const rule = open('always', [], 'remote');
    const seen = (verdict: 'asAsked' | 'loopbackOnly'): ForwardSnapshot['state'] => ({
      ...LISTENING,
      seen: { at: 0, endpoints: [{ host: '::1', port: 1 }], reach: { kind: 'everyone' }, verdict },
    });
    const hop = { status: 'open', bound: { host: '*', port: 2 }, since: 0 } as const;
    const words = (snapshot: Parameters<typeof exposureBadge>[1]) =>
      exposureBadge(rule, snapshot, NOW)?.words.split(' · ')[0];
    expect(words({ state: seen('asAsked') })).toBe('Open to others');
    expect(words({ state: seen('loopbackOnly') })).toBe('Asked to be open to others');
    expect(words({ state: seen('loopbackOnly'), secondHop: hop })).toBe('Open to others');
    expect(exposureBadge(rule, { state: seen('loopbackOnly') }, NOW)?.door).toBe('ready');
  });

  it('does not say open where nothing listens', () => {
    for (const state of [undefined, { status: 'opening' }] as const) {
      expect(exposureBadge(open('hour'), state && { state }, NOW)).toEqual({
        door: 'ready',
        words: 'To be open to others · 1 h left · anyone may enter',
      });
    }
  });

  it('says why it is closed', () => {
    expect(exposureBadge(forward('local', '*'), undefined, NOW)).toEqual({
      door: 'closed',
      words: 'Closed to others · needs your consent',
    });
    expect(exposureBadge(open('hour'), undefined, NOW + 3_600_000 + 180_000)).toEqual({
      door: 'closed',
      words: 'Closed to others · time was over 3 min ago',
    });
  });
});

it('says how many were refused, and who came last', () => {
  const latest = [{ address: '192.168.1.7', count: 2, at: NOW - 120_000 }];
  expect(refusedInWords({ count: 3, latest }, NOW)).toBe('3 refused, last 192.168.1.7, 2 min ago');
  const unknown = [{ address: 'unknown', count: 1, at: NOW }];
  expect(refusedInWords({ count: 1, latest: unknown }, NOW)).toBe(
    '1 refused, last an unknown address, just now',
  );
});
