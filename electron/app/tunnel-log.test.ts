import { describe, expect, it } from 'vitest';
import type { HopState } from '#shared/second-hop.ts';
import type { TunnelSnapshot, TunnelState } from '#shared/tunnel-state.ts';
import { TunnelLog } from './tunnel-log.ts';

const refused = { code: 'connectionRefused', host: 'bastion', port: 22 } as const;

function note(...states: readonly TunnelState[]): readonly string[] {
  const lines: string[] = [];
  const log = new TunnelLog(
    (line) => lines.push(line),
    () => 'Mail',
  );
  for (const state of states) log.note({ id: 'one', state, forwards: [], lastError: null });
  return lines;
}

describe('the log of tunnels', () => {
  it('says what fell, and why, and that it was dug again', () => {
    expect(
      note(
        { status: 'connecting', attempt: 1, phase: 'dns' },
        { status: 'connecting', attempt: 1, phase: 'auth' },
        { status: 'open', attempt: 1, since: 0 },
        { status: 'waiting', attempt: 1, retryAt: 5, error: refused },
        { status: 'connecting', attempt: 2, phase: 'dns' },
        { status: 'open', attempt: 2, since: 9 },
      ),
    ).toEqual([
      'Tunnel “Mail”: Connecting',
      'Tunnel “Mail”: Open',
      'Tunnel “Mail”: Waiting, bastion:22 refused the connection.',
      'Tunnel “Mail”: Connecting, attempt 2',
      'Tunnel “Mail”: Open',
    ]);
  });

  it('says nothing of a tunnel that rests, and nothing twice', () => {
    expect(note({ status: 'stopped' })).toEqual([]);
    expect(note({ status: 'failed', error: refused }, { status: 'failed', error: refused })).toHaveLength(1);
  });

  it('says what was dug on the server, and that it is gone', () => {
    const lines: string[] = [];
    const log = new TunnelLog(
      (line) => lines.push(line),
      () => 'Work',
    );
    const open = (secondHop: HopState): TunnelSnapshot => ({
      id: 'one',
      state: { status: 'open', attempt: 1, since: 0 },
      forwards: [
        {
          id: 'a',
          state: { status: 'listening', bound: [{ host: 'localhost', port: 1 }] },
          target: { status: 'unknown' },
          secondHop,
        },
      ],
      lastError: null,
    });
    const error = {
      code: 'secondHopFailed',
      host: 'core',
      port: 43000,
      reason: 'ended',
      detail: '',
    } as const;
    log.note(open({ status: 'digging' }));
    log.note(open({ status: 'open', bound: { host: '*', port: 43000 }, since: 0 }));
    // Tried again and again, it is said once.
    for (const retryAt of [1, 2, 3]) log.note(open({ status: 'failed', error, retryAt }));
    expect(lines).toEqual([
      'Tunnel “Work”: Open',
      'Tunnel “Work”: Open, second hop at *:43000',
      'Tunnel “Work”: Open, The second hop on core ended.',
    ]);
  });

  it('says that forwards are missing', () => {
    const lines: string[] = [];
    const log = new TunnelLog(
      (line) => lines.push(line),
      () => 'Mail',
    );
    const target = { status: 'unknown' } as const;
    const snapshot: TunnelSnapshot = {
      id: 'one',
      state: { status: 'open', attempt: 1, since: 0 },
      forwards: [{ id: 'a', state: { status: 'opening' }, target }],
      lastError: null,
    };
    log.note(snapshot);
    log.note({
      ...snapshot,
      forwards: [
        { id: 'a', state: { status: 'listening', bound: [{ host: '127.0.0.1', port: 1 }] }, target },
      ],
    });
    expect(lines).toEqual(['Tunnel “Mail”: Open, 0 of 1 listening', 'Tunnel “Mail”: Open']);
  });

  it('says once that a port is in use, however often it is tried', () => {
    const lines: string[] = [];
    const log = new TunnelLog(
      (line) => lines.push(line),
      () => 'Mail',
    );
    const error = {
      code: 'portInUse',
      endpoint: { host: '127.0.0.1', port: 8080 },
      holder: null,
    } as const;
    for (let retryAt = 0; retryAt < 100_000; retryAt += 5000) {
      log.note({
        id: 'one',
        state: { status: 'open', attempt: 1, since: 0 },
        forwards: [{ id: 'a', state: { status: 'retrying', retryAt, error }, target: { status: 'unknown' } }],
        lastError: null,
      });
    }
    expect(lines).toEqual(['Tunnel “Mail”: Open, 0 of 1 listening']);
  });
});
