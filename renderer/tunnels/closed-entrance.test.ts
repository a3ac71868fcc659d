import { describe, expect, it } from 'vitest';
import { agreeToExposure, endExposure } from '#shared/exposure-lease.ts';
import type { Forward } from '#shared/profile.ts';
import { closedNote } from './closed-entrance.ts';
import { forwardPath } from './forward-path.ts';

const HOUR_MS = 3_600_000;

const socks: Forward = {
  id: 'f',
  name: '',
  enabled: true,
  kind: 'dynamic',
  bind: { address: '*', port: 1080 },
};
const lent = agreeToExposure(socks, { term: 'hour', allowFrom: [] }, 0);

describe('the entrance of a forward that is closed to others', () => {
  it('is for nobody before a yes, and after it is taken back', () => {
    expect(closedNote(socks, undefined, 0)).toBe('closed: nobody can enter until you agree');
    expect(closedNote(endExposure(lent), { status: 'off' }, 0)).toBe(
      'closed: nobody can enter until you agree',
    );
  });

  it('is for nobody when its time is over', () => {
    expect(closedNote(lent, undefined, HOUR_MS - 1)).toBeNull();
    expect(closedNote(lent, undefined, HOUR_MS)).toBe('closed: its time is over, nobody can enter');
  });

  it('is not called closed while it listens, nor where there is nothing to agree to', () => {
    expect(
      closedNote(lent, { status: 'listening', bound: [{ host: '::', port: 1080 }] }, HOUR_MS),
    ).toBeNull();
    expect(closedNote({ ...socks, bind: { address: 'localhost', port: 1080 } }, undefined, 0)).toBeNull();
  });

  it('does not say on its picture that anyone can enter', () => {
    const note = (closed: string | null) =>
      forwardPath(socks, 'core', undefined, { closed }).places.find(({ isEntrance }) => isEntrance)?.note;
    expect(note(null)).toBe('for anyone who can reach this computer');
    expect(note(closedNote(socks, undefined, 0))).toBe('closed: nobody can enter until you agree');
  });
});
