import { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { connectionListSchema, MAX_LISTED_CONNECTIONS } from '#shared/connection.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { OpenConnections } from '../forward/connections.ts';
import { ConnectionDesk } from './connection-desk.ts';
import type { FindPrograms } from './find-programs.ts';

const target = { host: 'imap', port: 143 };

/** A forward whose clients are the given ones; nothing of them is real but what is said of them. */
function forwardWith(clients: readonly Endpoint[], theirs: string | null = null) {
  const connections = new OpenConnections();
  const ended: Endpoint[] = [];
  for (const client of clients) {
    const socket = theirs === null ? null : socketBetween('127.0.0.1', 42424, theirs, client.port);
    connections.add({ client, target, socket, stage: 'opening', abandon: () => ended.push(client) });
  }
  return { forward: { id: 'f', connections }, ended };
}

function socketBetween(localAddress: string, localPort: number, remoteAddress: string, remotePort: number) {
  return Object.defineProperties(
    new Socket(),
    Object.fromEntries(
      Object.entries({ localAddress, localPort, remoteAddress, remotePort }).map(([name, value]) => [
        name,
        { value },
      ]),
    ),
  );
}

const knowsAll: FindPrograms = async (ends) => ends.map(() => ({ kind: 'found', name: 'mutt', pid: 7 }));

describe('the list of connections', () => {
  it('shows nothing raw that a server said, and is always of the form that was promised', async () => {
    const hostile = [
      { host: '\u001b]0;owned\u0007\u202e10.0.0.1\n', port: 4_294_967_295 },
      { host: 'x'.repeat(100_000), port: -1 },
      { host: '::ffff:10.0.0.1', port: 1 },
    ];
    const list = await new ConnectionDesk(knowsAll).list([forwardWith(hostile).forward]);
    expect(connectionListSchema.safeParse(list).success).toBe(true);
    expect(list.connections.map(({ client }) => client)).toEqual([
      { host: '10.0.0.1', port: 0 },
      { host: `${'x'.repeat(254)}…`, port: 0 },
      { host: '10.0.0.1', port: 1 },
    ]);
  });

  it('looks for each program once, for all together, and not for those that are not of this computer', async () => {
    const find = vi.fn(knowsAll);
    const desk = new ConnectionDesk(find);
    const local = forwardWith(
      [
        { host: '127.0.0.1', port: 50312 },
        { host: '127.0.0.1', port: 50313 },
      ],
      '127.0.0.1',
    );
    const away = forwardWith([{ host: '192.0.2.7', port: 50314 }], '192.0.2.7');
    const dialling = forwardWith([{ host: '10.0.0.1', port: 1 }]);
    const forwards = [local.forward, away.forward, dialling.forward];
    const kinds = async () => (await desk.list(forwards)).connections.map(({ program }) => program.kind);
    expect(await kinds()).toEqual(['found', 'found', 'elsewhere', 'unknown']);
    expect(await kinds()).toEqual(['found', 'found', 'elsewhere', 'unknown']);
    expect(find).toHaveBeenCalledExactlyOnceWith(
      [50312, 50313].map((port) => ({
        local: { host: '127.0.0.1', port },
        remote: { host: '127.0.0.1', port: 42424 },
      })),
      [],
    );
    // The next one is most likely of a program that is known already.
    local.forward.connections.add({
      client: { host: '127.0.0.1', port: 50315 },
      target,
      socket: socketBetween('127.0.0.1', 42424, '127.0.0.1', 50315),
      stage: 'waiting',
      abandon: () => {},
    });
    await kinds();
    expect(find.mock.lastCall).toEqual([[expect.objectContaining({})], [7]]);
  });

  it('has an end, and says how many there are', async () => {
    const clients = Array.from({ length: MAX_LISTED_CONNECTIONS + 3 }, (_, i) => ({ host: '::1', port: i }));
    const list = await new ConnectionDesk(knowsAll).list([forwardWith(clients).forward]);
    expect(list.connections).toHaveLength(MAX_LISTED_CONNECTIONS);
    expect(list.total).toBe(MAX_LISTED_CONNECTIONS + 3);
  });

  it('ends whom it is told to', async () => {
    const desk = new ConnectionDesk(knowsAll);
    const { forward, ended } = forwardWith([1, 2, 3].map((port) => ({ host: '::1', port })));
    const { connections } = await desk.list([forward]);
    expect(desk.end([forward], [connections[1]?.id ?? '', 'nobody'])).toBe(1);
    expect(ended).toEqual([{ host: '::1', port: 2 }]);
    expect(desk.endAll([forward, { id: 'closed', connections: null }])).toBe(3);
  });
});
