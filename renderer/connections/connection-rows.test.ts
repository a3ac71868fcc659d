import { describe, expect, it } from 'vitest';
import type { Connection } from '#shared/connection.ts';
import { sampleConnection } from '#shared/connection-sample.ts';
import {
  type ConnectionNames,
  type ConnectionRow,
  filterRows,
  type SortKey,
  sortRows,
} from './connection-rows.ts';
import { nextRows } from './next-rows.ts';

const NAMES: ConnectionNames = {
  forwards: new Map([
    ['imap', { label: 'IMAP', kind: 'local' }],
    ['proxy', { label: 'SOCKS on localhost:1080', kind: 'dynamic' }],
    ['files', { label: 'Files', kind: 'remote' }],
  ]),
  hopClients: new Map([['visitor', { kind: 'seen', client: { host: '192.168.7.9', port: 6_001 } }]]),
};

const mutt = rowOf({
  id: 'mutt',
  forwardId: 'imap',
  client: { host: '127.0.0.1', port: 9_000 },
  program: { kind: 'found', name: 'mutt', pid: 9 },
  received: 10,
  openedAt: 1,
});
const firefox = rowOf({
  id: 'firefox',
  forwardId: 'proxy',
  client: { host: '127.0.0.1', port: 10_000 },
  program: { kind: 'found', name: 'firefox', pid: 10 },
  target: { host: 'example.org', port: 443 },
  received: 2,
  openedAt: 2,
});
const stranger = rowOf({
  id: 'stranger',
  forwardId: 'proxy',
  client: { host: '10.0.0.9', port: 1 },
  program: { kind: 'elsewhere' },
  target: null,
  state: 'asking',
  openedAt: 3,
});
const all = [firefox, stranger, mutt];
const visitor = rowOf({
  id: 'visitor',
  forwardId: 'files',
  client: { host: '127.0.0.1', port: 7 },
  target: { host: '127.0.0.1', port: 548 },
  program: { kind: 'found', name: 'afpd', pid: 3 },
});

function rowOf(part: Partial<Connection>): ConnectionRow {
  return { connection: sampleConnection(part), receivedPerSecond: 0, sentPerSecond: 0 };
}

function idsBy(key: SortKey, descending = false): readonly string[] {
  return sortRows(all, { key, descending }, NAMES).map(({ connection }) => connection.id);
}

describe('the connections', () => {
  it('are sorted by what their columns mean, and not by how it is written', () => {
    expect(idsBy('received', true)).toEqual(['mutt', 'firefox', 'stranger']);
    expect(idsBy('age', true)).toEqual(['mutt', 'firefox', 'stranger']);
  });

  it('put what cannot be named last, and equal ones in the order of their coming', () => {
    expect(idsBy('client')).toEqual(['firefox', 'mutt', 'stranger']);
    expect(idsBy('target')).toEqual(['firefox', 'mutt', 'stranger']);
    const curl = { kind: 'found', name: 'curl', pid: 5 } as const;
    const clients = (
      [
        ['127.0.0.1', 10_000],
        ['127.0.0.1', 9_000],
        ['10.0.0.9', 1],
      ] as const
    ).map(([host, port]) => rowOf({ program: curl, client: { host, port } }));
    const sorted = sortRows(clients, { key: 'client', descending: false }, NAMES);
    expect(sorted, 'one program by its addresses, as numbers').toEqual(clients.toReversed());
    expect(idsBy('sent')).toEqual(['mutt', 'firefox', 'stranger']);
    expect(idsBy('sent', true)).toEqual(['mutt', 'firefox', 'stranger']);
  });

  it('are found by any column, every word, and by their forward', () => {
    const found = (filter: string, forwardId: string | null = null) =>
      filterRows(all, filter, forwardId, NAMES);
    expect(found('MUTT')).toEqual([mutt]);
    expect(found('socks 443')).toEqual([firefox]);
    expect(found('10.0.0.9:1 not said')).toEqual([stranger]);
    expect(found('', 'imap')).toEqual([mutt]);
    expect(found('example', 'imap')).toEqual([]);
    expect(found('', null)).toEqual(all);
  });

  it('of a remote forward are named by the client that is there, and not by the target’s program here', () => {
    const found = (filter: string) => filterRows([visitor], filter, null, NAMES);
    expect(found('second hop 192.168.7.9:6001')).toEqual([visitor]);
    expect(found('afpd 127.0.0.1:548')).toEqual([visitor]);
    expect(sortRows([visitor, mutt], { key: 'client', descending: false }, NAMES)).toEqual([mutt, visitor]);
    expect(sortRows([mutt, visitor], { key: 'target', descending: false }, NAMES)).toEqual([visitor, mutt]);
  });

  it('are found whatever is typed', () => {
    expect(filterRows(all, '.*[', null, NAMES)).toEqual([]);
  });
});

describe('one more look', () => {
  const list = (at: number, ...connections: Connection[]) => ({ at, total: connections.length, connections });

  it('tells what flowed since the one before, and nothing at the first', () => {
    const first = nextRows(null, list(1_000, sampleConnection({ received: 500, sent: 7 })));
    expect(first.rows[0]).toMatchObject({ receivedPerSecond: 0, sentPerSecond: 0 });
    const second = nextRows(first, list(3_000, sampleConnection({ received: 2_500, sent: 7 })));
    expect(second.rows[0]).toMatchObject({ receivedPerSecond: 1_000, sentPerSecond: 0 });
    // A clock that was set back makes no rates of its own.
    const back = nextRows(second, list(2_000, sampleConnection({ received: 9_999 })));
    expect(back.rows[0]).toMatchObject({ receivedPerSecond: 0 });
  });

  it('keeps the objects of what did not change, and only those', () => {
    const a = sampleConnection({ id: 'a' });
    const b = sampleConnection({ id: 'b', target: null, state: 'asking' });
    const first = nextRows(null, list(1_000, a, b));
    const second = nextRows(first, list(2_000, { ...a }, sampleConnection({ id: 'b' })));
    expect(second.rows[0]).toBe(first.rows[0]);
    expect(second.rows[1]?.connection.target).not.toBeNull();
    expect(nextRows(second, list(3_000, a)).rows).toEqual([second.rows[0]]);
  });
});
