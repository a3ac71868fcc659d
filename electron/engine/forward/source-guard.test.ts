import { describe, expect, it } from 'vitest';
import { SourceGuard } from './source-guard.ts';

const NOW = 1_700_000_000_000;

function guard(kind: 'local' | 'remote', allowFrom?: readonly string[], address = '*') {
  let reports = 0;
  const made = new SourceGuard({
    now: () => NOW,
    onTurnedAway: () => {
      reports += 1;
    },
  });
  made.use({ kind, bind: { address }, allowFrom });
  return { guard: made, reports: () => reports };
}

describe('a guard', () => {
  it('lets anyone in where no source is named, even who has left already', () => {
    for (const allowFrom of [undefined, []]) {
      expect(guard('local', allowFrom).guard.admits('203.0.113.9')).toBe(true);
      expect(guard('remote', allowFrom).guard.admits(undefined)).toBe(true);
    }
  });

  it('lets in who is named, in whichever form the system writes the address', () => {
    const { guard: door } = guard('local', ['192.168.1.0/24', 'fd00::/8']);
    for (const address of ['192.168.1.7', '::ffff:192.168.1.7', 'fd00::1']) {
      expect(door.admits(address)).toBe(true);
    }
    for (const address of ['192.168.2.7', '::ffff:192.168.2.7', 'fe80::1%eth0', undefined, '', 'core']) {
      expect(door.admits(address)).toBe(false);
    }
  });

  it('knows this computer at its own door, and only there', () => {
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '127.9.9.9', '::1']) {
      expect(guard('local', ['10.0.0.1']).guard.admits(address)).toBe(true);
      expect(guard('remote', ['10.0.0.1']).guard.admits(address)).toBe(false);
    }
  });

  it('is not there where nobody else can reach the entrance', () => {
    expect(guard('remote', ['10.0.0.1'], 'localhost').guard.admits('127.0.0.1')).toBe(true);
  });

  it('says when a list lets in others than the last one', () => {
    const { guard: door } = guard('local', ['10.0.0.1']);
    const rule = { kind: 'local', bind: { address: '*' } } as const;
    expect(door.use({ ...rule, allowFrom: ['10.0.0.1'] })).toBe(false);
    expect(door.use({ ...rule, allowFrom: ['10.0.0.2'] })).toBe(true);
    expect(door.admits('10.0.0.1')).toBe(false);
    expect(door.use(rule)).toBe(true);
  });

  it('counts whom it turned away and remembers the last five addresses', () => {
    const { guard: door, reports } = guard('local', ['10.0.0.1']);
    expect(door.refused).toBeUndefined();
    for (let i = 0; i < 1000; i += 1) door.turnedAway(`::ffff:10.1.0.${i % 250}`);
    door.turnedAway('10.1.0.248');
    expect(reports()).toBe(1001);
    expect(door.refused).toEqual({
      count: 1001,
      latest: [248, 249, 247, 246, 245].map((last) => ({
        address: `10.1.0.${last}`,
        count: last === 248 ? 2 : 1,
        at: NOW,
      })),
    });
  });

  it('shows nothing of what a server calls an address but addresses', () => {
    const { guard: door } = guard('remote', ['10.0.0.1']);
    for (const text of ['\u001b[31mred', '\u202eevil', 'core.example.org', '']) door.turnedAway(text);
    expect(door.refused?.latest).toEqual([{ address: 'unknown', count: 4, at: NOW }]);
  });
});
