import { describe, expect, it } from 'vitest';
import { clientEnd, endText, targetEnd } from './connection-ends.ts';
import { sampleConnection } from './connection-sample.ts';
import type { HopClient } from './hop-client.ts';

const remote = sampleConnection({
  client: { host: '10.0.0.9', port: 51_000 },
  target: { host: '127.0.0.1', port: 143 },
  program: { kind: 'found', name: 'dovecot', pid: 7 },
});

describe('the ends of a connection', () => {
  it('are, for a local forward, a program here and a bare target', () => {
    const connection = sampleConnection();
    for (const kind of ['local', 'dynamic'] as const) {
      expect(endText(clientEnd(connection, kind, null))).toBe('thunderbird (123) at 127.0.0.1:50312');
      expect(targetEnd(connection, kind)).toMatchObject({ who: '', pid: null, at: 'imap:143' });
    }
    expect(targetEnd({ ...connection, target: null }, 'dynamic').at).toBe('');
  });

  it.each([
    [{ kind: 'notVisible', user: 'root' }, 'not visible to you (user root): 127.0.0.1:50312'],
    [{ kind: 'notVisible', user: null }, 'not visible to you: 127.0.0.1:50312'],
    [{ kind: 'elsewhere' }, 'not on this computer: 127.0.0.1:50312'],
    [{ kind: 'unknown' }, 'unknown: 127.0.0.1:50312'],
  ] as const)('say plainly why there is no program to name: %j', (program, text) => {
    expect(endText(clientEnd(sampleConnection({ program }), 'local', null))).toBe(text);
  });

  it('are, for a remote forward, a client of the server and a program here as the target', () => {
    expect(clientEnd(remote, 'remote', null)).toMatchObject({
      who: 'on the server’s side',
      pid: null,
      at: '10.0.0.9:51000',
    });
    expect(targetEnd(remote, 'remote')).toMatchObject({ who: 'dovecot', pid: 7, at: '127.0.0.1:143' });
    for (const host of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      const local = { ...remote, client: { host, port: 5 } };
      expect(clientEnd(local, 'remote', null).who).toBe('on the server');
    }
    const untold = { ...remote, client: { host: '', port: 0 } };
    expect(endText(clientEnd(untold, 'remote', null))).toBe('on the server’s side: an unknown address');
  });

  it.each<[HopClient, string]>([
    [
      { kind: 'seen', client: { host: '2001:db8::9', port: 6_001 } },
      'via the second hop: [2001:db8::9]:6001',
    ],
    [{ kind: 'among', clients: 3, host: '10.0.0.9' }, 'via the second hop: 10.0.0.9, one of 3'],
    [{ kind: 'among', clients: 3, host: null }, 'via the second hop: one of its 3 clients'],
    [{ kind: 'onServer', name: 'curl', pid: 5 }, 'curl on the server (5) at 127.0.0.1:50312'],
    [{ kind: 'unknown' }, 'perhaps via the second hop: seen as 127.0.0.1:50312'],
  ])('tell a client of the second hop from one on the server: %j', (hopClient, text) => {
    expect(endText(clientEnd(sampleConnection(), 'remote', hopClient))).toBe(text);
  });
});
