import { describe, expect, it } from 'vitest';
import type { HopState } from '#shared/second-hop.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { hopTone, hopWords } from './hop-words.ts';

const NOW = 1_000_000;
const bound = { host: '*', port: 43000 };
const open: HopState = { status: 'open', bound, since: NOW - 52_000 };
const error: TunnelError = {
  code: 'secondHopFailed',
  host: 'core',
  port: 43000,
  reason: 'ended',
  detail: '',
};

describe('the line of a second hop', () => {
  it('says how long it has been open', () => {
    expect(hopWords(open, NOW)).toBe('open for anyone who can reach the server, 52 s');
    expect(hopTone(open)).toBe('ok');
  });

  it('says that it is full, and of how many', () => {
    const full: HopState = { ...open, fullWith: 256 };
    expect(hopWords(full, NOW)).toBe('is full: 256 clients at once; more wait');
    expect(hopWords({ ...open, fullWith: 1 }, NOW)).toContain('1 client at once');
    expect(hopTone(full)).toBe('busy');
  });

  it('claims nothing of one that is not heard of', () => {
    const unheard: HopState = { status: 'unheard', bound, lastHeardAt: NOW - 6_000 };
    expect(hopWords(unheard, NOW)).toBe('has not been heard of for 6 s, so it has probably ended');
    expect(hopTone(unheard)).toBe('off');
  });

  it('counts down to the next try, and then says that it is being tried', () => {
    const at = (retryAt: number | null): HopState => ({ status: 'failed', error, retryAt });
    expect(hopWords(at(NOW + 4_200), NOW)).toBe('is not dug, next try in 5 s');
    expect(hopWords(at(NOW), NOW)).toBe('is not dug, trying again now');
    expect(hopWords(at(NOW - 9_000), NOW)).toBe('is not dug, trying again now');
    expect(hopWords(at(null), NOW)).toBe('is not dug');
  });
});
