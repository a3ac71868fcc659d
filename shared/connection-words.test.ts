import { expect, it } from 'vitest';
import type { Connection } from './connection.ts';
import { sampleConnection } from './connection-sample.ts';
import { connectionSentence } from './connection-words.ts';
import type { HopClient } from './hop-client.ts';

const MINUTES_3 = 180_000;

it.each<[Partial<Connection>, string]>([
  [{}, 'thunderbird (pid 123) at 127.0.0.1:50312 talks to imap:143, for 3 min now.'],
  [
    { program: { kind: 'notVisible', user: 'root' } },
    'A program of root at 127.0.0.1:50312 talks to imap:143, for 3 min now.',
  ],
  [
    { program: { kind: 'notVisible', user: null } },
    'A program of another user at 127.0.0.1:50312 talks to imap:143, for 3 min now.',
  ],
  [
    { program: { kind: 'elsewhere' }, client: { host: 'fe80::7', port: 50312 } },
    'A client at [fe80::7]:50312, which is not this computer, talks to imap:143, for 3 min now.',
  ],
  [
    { program: { kind: 'unknown' }, state: 'asking', target: null },
    'A client at 127.0.0.1:50312 has not said where it wants to go, for 3 min now.',
  ],
  [
    { state: 'waiting' },
    'thunderbird (pid 123) at 127.0.0.1:50312 waits for the session, to talk to imap:143, for 3 min now.',
  ],
  [
    { state: 'targetEnded' },
    'thunderbird (pid 123) at 127.0.0.1:50312 still speaks to imap:143, which has said all, for 3 min now.',
  ],
])('says of a local forward’s connection %#: %j', (part, sentence) => {
  expect(connectionSentence(sampleConnection(part), 'local', null, MINUTES_3)).toBe(sentence);
});

it('says of a remote forward’s connection whom the server told, and which program here is the target', () => {
  const client = { host: '10.0.0.9', port: 51_000 };
  const program = { kind: 'found', name: 'dovecot', pid: 7 } as const;
  expect(connectionSentence(sampleConnection({ client, program }), 'remote', null, MINUTES_3)).toBe(
    'A client at 10.0.0.9:51000, as the server sees it, talks to dovecot (pid 7) on this computer, at imap:143, for 3 min now.',
  );
  const untold = { client: { host: '', port: 0 }, program: { kind: 'unknown' } } as const;
  expect(connectionSentence(sampleConnection({ ...untold, state: 'opening' }), 'remote', null, 0)).toBe(
    'A client at an unknown address, as the server sees it, waits for imap:143 to answer, for 0 s now.',
  );
});

it.each<[HopClient, string]>([
  [
    { kind: 'seen', client: { host: '10.0.0.9', port: 6_001 } },
    'A client at 10.0.0.9:6001, who came through the second hop, talks',
  ],
  [{ kind: 'among', clients: 3, host: null }, 'One of the 3 clients of the second hop talks'],
  [
    { kind: 'among', clients: 3, host: '10.0.0.9' },
    'One of the 3 clients of the second hop at 10.0.0.9 talks',
  ],
  [{ kind: 'onServer', name: 'curl', pid: 5 }, 'curl (pid 5) on the server, at 127.0.0.1:50312, talks'],
  [
    { kind: 'unknown' },
    'A client of the second hop, or a program on the server, seen there as 127.0.0.1:50312, talks',
  ],
])('says no more of who is behind a second hop than is known: %j', (hopClient, beginning) => {
  const sentence = connectionSentence(sampleConnection(), 'remote', hopClient, MINUTES_3);
  expect(sentence).toBe(
    `${beginning} to thunderbird (pid 123) on this computer, at imap:143, for 3 min now.`,
  );
});
