import { describe, expect, it } from 'vitest';
import { sampleConnection } from './connection-sample.ts';
import { formatConnectionsAsNetstat, halfHere } from './connection-text.ts';

describe('connections as text', () => {
  it('have the shape of `netstat -tnpW`, byte for byte', () => {
    const program = { kind: 'found', name: 'node', pid: 4062 } as const;
    const v6 = { ours: { host: '::1', port: 42424 }, theirs: { host: '::1', port: 50313 } };
    const ended = {
      ours: { host: '127.0.0.1', port: 42424 },
      theirs: { host: '127.0.0.1', port: 50315 },
    };
    const text = formatConnectionsAsNetstat([
      { kind: 'local', connection: sampleConnection({ program }) },
      { kind: 'local', connection: sampleConnection({ program, here: ended, state: 'clientEnded' }) },
      { kind: 'dynamic', connection: sampleConnection({ program, here: v6 }) },
      { kind: 'remote', connection: sampleConnection({ here: null, state: 'opening' }) },
    ]);
    // Recorded from net-tools 2.10.
    expect(text.split('\n')).toEqual([
      'Active Internet connections (w/o servers)',
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    ',
      'tcp        0      0 127.0.0.1:50312         127.0.0.1:42424         ESTABLISHED 4062/node           ',
      'tcp        0      0 127.0.0.1:50315         127.0.0.1:42424         FIN_WAIT2   4062/node           ',
      'tcp6       0      0 ::1:50313               ::1:42424               ESTABLISHED 4062/node           ',
      '',
    ]);
  });

  it('show Culvert’s own end of a connection with another computer, with the state that it has there', () => {
    const away = sampleConnection({
      client: { host: '192.168.1.7', port: 50312 },
      here: { ours: { host: '192.168.1.2', port: 42424 }, theirs: { host: '192.168.1.7', port: 50312 } },
      program: { kind: 'elsewhere' },
    });
    expect(halfHere({ kind: 'local', connection: away })).toEqual({
      protocol: 'tcp',
      local: { host: '192.168.1.2', port: 42424 },
      foreign: { host: '192.168.1.7', port: 50312 },
      state: 'ESTABLISHED',
      process: null,
    });
    const state = (kind: 'local' | 'remote', connection: Parameters<typeof halfHere>[0]['connection']) =>
      halfHere({ kind, connection })?.state;
    expect(state('local', { ...away, state: 'clientEnded' })).toBe('CLOSE_WAIT');
    expect(state('local', { ...away, state: 'targetEnded' })).toBe('FIN_WAIT2');
    expect(state('remote', { ...away, state: 'clientEnded' })).toBe('FIN_WAIT2');
    expect(state('remote', sampleConnection({ state: 'clientEnded' }))).toBe('CLOSE_WAIT');
  });
});
