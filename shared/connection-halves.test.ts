import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { matchServerHalves } from './connection-halves.ts';
import { sampleConnection } from './connection-sample.ts';
import type { EstablishedSocket } from './established-socket.ts';

const REMOTE = new Set(['remote']);

function socket(localPort: number, remoteHost: string, remotePort: number): EstablishedSocket {
  return {
    local: { host: '10.0.0.5', port: localPort },
    remote: { host: remoteHost, port: remotePort },
  };
}

function to(host: string, port: number, part: Partial<Connection> = {}): Connection {
  return sampleConnection({ target: { host, port }, ...part });
}

function halfOf(connection: Connection, ...sockets: EstablishedSocket[]) {
  return matchServerHalves([connection], REMOTE, sockets).get(connection.id);
}

describe('the half of a connection on the server', () => {
  const mail = socket(40_000, '192.168.7.2', 143);

  it('is the one socket that leads to the target', () => {
    const others = [socket(40_001, '192.168.7.2', 144), socket(40_002, '192.168.7.3', 143)];
    expect(halfOf(to('192.168.7.2', 143), mail, ...others)).toEqual({ kind: 'seen', socket: mail });
  });

  it('is not the target’s own end, where the target is on the server itself', () => {
    const ours = socket(40_000, '127.0.0.1', 143);
    const theirs = { local: ours.remote, remote: ours.local };
    for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST']) {
      expect(halfOf(to(host, 143), theirs, ours, mail)).toEqual({ kind: 'seen', socket: ours });
    }
  });

  it('is looked for by its port alone where the target is a name', () => {
    expect(halfOf(to('imap', 143), mail)).toEqual({ kind: 'seen', socket: mail });
    expect(halfOf(to('localhost', 143), mail)).toEqual({ kind: 'notSeen' });
  });

  it('is the same whichever way an address is written', () => {
    const mapped = socket(40_000, '::ffff:192.168.7.2', 143);
    expect(halfOf(to('192.168.7.2', 143), mapped)).toEqual({ kind: 'seen', socket: mapped });
    const long = socket(40_000, '2001:db8::1', 143);
    expect(halfOf(to('2001:DB8:0::1', 143), long)).toEqual({ kind: 'seen', socket: long });
    const zoned = socket(40_000, 'fe80::9%eth0', 143);
    expect(halfOf(to('fe80::9', 143), zoned)).toEqual({ kind: 'seen', socket: zoned });
  });

  it('is one of several where somebody else, or another of ours, talks to the target, too', () => {
    const second = socket(40_001, '192.168.7.2', 143);
    expect(halfOf(to('192.168.7.2', 143), mail, second)).toEqual({ kind: 'among', sockets: 2 });
    const ours = [to('192.168.7.2', 143, { id: 'a' }), to('192.168.7.2', 143, { id: 'b' })];
    expect(matchServerHalves(ours, REMOTE, [mail])).toEqual(
      new Map([
        ['a', { kind: 'among', sockets: 1 }],
        ['b', { kind: 'among', sockets: 1 }],
      ]),
    );
  });

  it('is known exactly for the client of a remote forward', () => {
    const client = { host: '10.0.0.9', port: 51_000 };
    const connection = sampleConnection({ forwardId: 'remote', client });
    const half = socket(11_000, '10.0.0.9', 51_000);
    expect(halfOf(connection, half, socket(11_000, '10.0.0.9', 51_001), mail)).toEqual({
      kind: 'seen',
      socket: half,
    });
    const untold = sampleConnection({ forwardId: 'remote', client: { host: '', port: 0 } });
    expect(halfOf(untold, half)).toEqual({ kind: 'notSeen' });
  });

  it('is not seen before there is one, nor once either side has ended', () => {
    for (const state of ['waiting', 'asking', 'opening', 'clientEnded', 'targetEnded', 'closing'] as const) {
      expect(halfOf(to('192.168.7.2', 143, { state }), mail)).toEqual({ kind: 'notSeen' });
    }
    expect(halfOf(sampleConnection({ target: null }), mail)).toEqual({ kind: 'notSeen' });
    expect(halfOf(to('192.168.7.2', 143))).toEqual({ kind: 'notSeen' });
  });

  it('is found for a thousand connections at once', () => {
    const connections = Array.from({ length: 1000 }, (_, i) => to('192.168.7.2', 143, { id: String(i) }));
    const sockets = Array.from({ length: 1000 }, (_, i) => socket(40_000 + i, '192.168.7.2', 143));
    const halves = matchServerHalves(connections, REMOTE, sockets);
    expect(halves.size).toBe(1000);
    expect(halves.get('999')).toEqual({ kind: 'among', sockets: 1000 });
  });
});
