import type { Connection } from './connection.ts';

/** A connection of a local forward, for tests; `part` is what matters. */
export function sampleConnection(part: Partial<Connection> = {}): Connection {
  return {
    id: 'c',
    forwardId: 'f',
    client: { host: '127.0.0.1', port: 50312 },
    target: { host: 'imap', port: 143 },
    here: {
      ours: { host: '127.0.0.1', port: 42424 },
      theirs: { host: '127.0.0.1', port: 50312 },
    },
    program: { kind: 'found', name: 'thunderbird', pid: 123 },
    state: 'open',
    openedAt: 0,
    received: 0,
    sent: 0,
    ...part,
  };
}
