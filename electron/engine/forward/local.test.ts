import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrafficCounter } from '../traffic-counter.ts';
import { LocalListener } from './local.ts';
import type { TargetOutcome } from './target-outcome.ts';
import { closeAfterEach } from './testing/cleanup.ts';
import {
  closing,
  connectTo,
  readBytes,
  readToEnd,
  startEcho,
  startService,
  until,
} from './testing/sockets.ts';
import { openTestSession } from './testing/ssh-client.ts';
import { startTestSshServer, type TestSshServerOptions } from './testing/ssh-server.ts';
import { HOLD_LIMIT, HOLD_TIMEOUT_MS } from './waiting-room.ts';

const opened = closeAfterEach();
afterEach(() => {
  vi.useRealTimers();
});

describe('a local listener', () => {
  it('listens on both loopback addresses, on one port', async () => {
    const { listener } = await listen({ address: 'localhost' });
    const [port] = listener.bound.map((endpoint) => endpoint.port);
    expect(listener.bound).toEqual([
      { host: '127.0.0.1', port },
      { host: '::1', port },
    ]);
  });

  it('listens on all addresses of both families with one socket', async () => {
    const { listener } = await listen({ address: '*' });
    expect(listener.bound).toEqual([{ host: '::', port: listener.bound[0]?.port }]);
    for (const host of ['127.0.0.1', '::1']) (await connectTo(portOf(listener), host)).destroy();
  });

  it.each(['127.0.0.1', '::1', '0.0.0.0', '127.0.0.2'])('listens on one given address: %s', async (host) => {
    const { listener } = await listen({ address: host });
    expect(listener.bound).toEqual([{ host, port: listener.bound[0]?.port }]);
  });

  it('says which port is taken, in either family', async () => {
    const v4 = await listen({ address: '127.0.0.1' });
    const v6 = await listen({ address: '::1' });
    for (const [{ listener }, host] of [
      [v4, '127.0.0.1'],
      [v6, '::1'],
    ] as const) {
      const port = portOf(listener);
      expect(await tryListen('localhost', port)).toEqual({
        ok: false,
        error: { code: 'portInUse', endpoint: { host, port }, holder: null },
      });
    }
  });

  it('says that an address is not of this computer', async () => {
    for (const host of ['192.0.2.1', '2001:db8::1', 'fe80::1']) {
      expect(await tryListen(host, 0)).toEqual({
        ok: false,
        error: { code: 'addressNotHere', endpoint: { host, port: 0 }, addresses: [] },
      });
    }
  });

  it('gives the port back when closed, with connections open, and leaves nothing behind', async () => {
    const before = openHandles();
    const echo = await startEcho();
    const { listener, counter, server, session } = await listenWithSession(echo.port);
    const port = portOf(listener);
    const clients = await Promise.all(Array.from({ length: 20 }, () => connectTo(port)));
    await Promise.all(clients.map((client) => roundTrip(client, 'hello')));
    const endings = clients.map(readToEnd);
    await listener.close();
    expect(counter).toMatchObject({ connectionsOpen: 0, connectionsTotal: 20 });
    for (const ending of endings) expect((await ending).how).toBe('reset');
    const again = await tryListen('localhost', port);
    if (!again.ok) throw new Error('The port is not free');
    await again.value.close();
    await session.close();
    await server.close();
    await echo.close();
    await until(() => openHandles() <= before);
  });
});

describe('a connection', () => {
  it('carries bytes both ways and counts them', async () => {
    const echo = opened(await startEcho());
    const { listener, counter, outcomes } = await listenWithSession(echo.port);
    const client = await connectTo(portOf(listener));
    await roundTrip(client, 'hello');
    expect(counter).toMatchObject({ received: 5, sent: 5, connectionsOpen: 1, connectionsTotal: 1 });
    expect(outcomes).toMatchObject([{ status: 'answered', target: { host: '127.0.0.1', port: echo.port } }]);
    client.end();
    expect(await readToEnd(client)).toEqual({ how: 'fin', data: Buffer.alloc(0) });
    await until(() => counter.connectionsOpen === 0);
  });

  it('gets the reply that comes after its own end', async () => {
    const service = opened(
      await startService(async (socket) => {
        const { data } = await readToEnd(socket);
        socket.end(`got ${data.length}`);
      }),
    );
    const { listener } = await listenWithSession(service.port);
    const client = await connectTo(portOf(listener));
    client.end(Buffer.alloc(300_000));
    expect((await readToEnd(client)).data.toString()).toBe('got 300000');
  });

  it('may go on sending after the target ended', async () => {
    let received = '';
    const service = opened(
      await startService(async (socket) => {
        socket.end('that is all');
        received = (await readToEnd(socket)).data.toString();
      }),
    );
    const { listener } = await listenWithSession(service.port);
    const client = await connectTo(portOf(listener));
    expect(await readToEnd(client)).toEqual({ how: 'fin', data: Buffer.from('that is all') });
    client.end('but I was not done');
    await until(() => received !== '');
    expect(received).toBe('but I was not done');
  });

  it('is reset when the target refuses, and says so', async () => {
    const gone = await startEcho();
    await gone.close();
    const { listener, counter, outcomes } = await listenWithSession(gone.port);
    const client = await connectTo(portOf(listener));
    expect((await readToEnd(client)).how).toBe('reset');
    expect(outcomes).toMatchObject([
      { status: 'failed', error: { code: 'targetRefused', target: { port: gone.port } } },
    ]);
    await until(() => counter.connectionsOpen === 0);
  });

  it('is closed on the server too when its client resets it', async () => {
    const echo = opened(await startEcho());
    const { listener, counter } = await listenWithSession(echo.port);
    const client = await connectTo(portOf(listener));
    await roundTrip(client, 'hello');
    client.resetAndDestroy();
    await until(() => echo.sockets.size === 0 && counter.connectionsOpen === 0);
  });

  it('ends when the server closes its channel, after the client got everything', async () => {
    const { listener, counter } = await listenWithSession(1, {
      onChannel: (channel) => channel.end(Buffer.alloc(500_000, 'x')), // ssh2's server: EOF, then CLOSE
    });
    const client = await connectTo(portOf(listener));
    const { how, data } = await readToEnd(client);
    expect({ how, length: data.length }).toEqual({ how: 'fin', length: 500_000 });
    await until(() => counter.connectionsOpen === 0);
    client.destroy();
  });

  it('works 300 times at once', async () => {
    const echo = opened(await startEcho());
    const { listener, counter } = await listenWithSession(echo.port);
    const clients = await Promise.all(Array.from({ length: 300 }, () => connectTo(portOf(listener))));
    await Promise.all(clients.map((client, index) => roundTrip(client, `I am ${index}`)));
    expect(counter).toMatchObject({ connectionsOpen: 300, connectionsTotal: 300 });
    const endings = clients.map((client) => readToEnd(client.end()));
    for (const ending of endings) expect((await ending).how).toBe('fin');
    await until(() => counter.connectionsOpen === 0);
  });
});

describe('when the session is lost', () => {
  it.each(['cut', 'hangUp'] as const)('all its connections are reset at once (%s)', async (way) => {
    const fountain = opened(await startFountain());
    const { listener, counter, server } = await listenWithSession(fountain.port);
    const [idle, ...busy] = await Promise.all(Array.from({ length: 11 }, () => connectTo(portOf(listener))));
    if (!idle) throw new Error('No client');
    const ending = readToEnd(idle);
    for (const client of busy) client.write('more');
    // Half of them read, the others are full and paused: their channels have unread data at the end.
    for (const client of busy.slice(5)) client.resume();
    await until(() => counter.received > 20_000_000);
    server[way]();
    const startedAt = performance.now();
    await until(() => counter.connectionsOpen === 0);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect((await ending).how).toBe('reset');
    for (const client of busy) client.destroy();
  });

  it('the port stays, and the next client waits for the next session', async () => {
    const echo = opened(await startEcho());
    const { listener, session, server } = await listenWithSession(echo.port);
    await session.close();
    const client = await connectTo(portOf(listener));
    client.write('early bird');
    const next = opened(await openTestSession(server.port));
    listener.attach(next.source);
    expect((await readBytes(client, 10)).toString()).toBe('early bird');
    client.destroy();
  });

  it('a client whose channel was still opening is reset', async () => {
    const { listener, counter, server, outcomes } = await listenWithSession(1, { neverOpens: true });
    const client = await connectTo(portOf(listener));
    await until(() => counter.connectionsOpen === 1);
    server.cut();
    expect((await readToEnd(client)).how).toBe('reset');
    expect(outcomes).toEqual([]);
  });
});

describe('without a session', () => {
  it('a client is reset after its time is up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { listener, counter } = await listen({ address: '127.0.0.1' });
    const client = await connectTo(portOf(listener));
    const ending = readToEnd(client);
    await until(() => counter.connectionsOpen === 1);
    vi.advanceTimersByTime(HOLD_TIMEOUT_MS - 1);
    expect(counter.connectionsOpen).toBe(1);
    vi.advanceTimersByTime(1);
    expect((await ending).how).toBe('reset');
    await until(() => counter.connectionsOpen === 0);
  });

  it('so many clients wait and no more', async () => {
    const { listener, counter } = await listen({ address: '127.0.0.1' });
    const clients = await Promise.all(
      Array.from({ length: HOLD_LIMIT + 10 }, async () => {
        const client = connect({ host: '127.0.0.1', port: portOf(listener) });
        client.on('error', () => {});
        return client;
      }),
    );
    await until(() => counter.connectionsTotal === HOLD_LIMIT + 10 && counter.connectionsOpen === HOLD_LIMIT);
    await listener.close();
    await Promise.all(clients.map(closing));
    expect(counter.connectionsOpen).toBe(0);
  });
});

/** Sends without end to whoever asked for it. */
function startFountain() {
  const chunk = Buffer.alloc(64 * 1024);
  return startService((socket) => {
    const fill = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.once('data', fill).on('drain', fill);
  });
}

interface Rule {
  readonly address: string;
  readonly port?: number;
  readonly targetPort?: number;
}

async function listen({ address, port = 0, targetPort = 1 }: Rule) {
  const counter = new TrafficCounter();
  const outcomes: TargetOutcome[] = [];
  const result = await LocalListener.open({
    forward: { kind: 'local', bind: { address, port }, target: { host: '127.0.0.1', port: targetPort } },
    counter,
    onTargetOutcome: (outcome) => outcomes.push(outcome),
  });
  if (!result.ok) throw new Error(result.error.code);
  return { listener: opened(result.value), counter, outcomes };
}

async function listenWithSession(targetPort: number, options: TestSshServerOptions = {}) {
  const server = opened(await startTestSshServer(options));
  const session = opened(await openTestSession(server.port));
  const listening = await listen({ address: 'localhost', targetPort });
  listening.listener.attach(session.source);
  return { ...listening, server, session };
}

function tryListen(address: string, port: number) {
  return LocalListener.open({
    forward: { kind: 'local', bind: { address, port }, target: { host: '127.0.0.1', port: 1 } },
    counter: new TrafficCounter(),
    onTargetOutcome: () => {},
  });
}

function portOf({ bound }: LocalListener): number {
  return bound[0]?.port ?? 0;
}

async function roundTrip(client: Awaited<ReturnType<typeof connectTo>>, text: string): Promise<void> {
  client.write(text);
  expect((await readBytes(client, Buffer.byteLength(text))).toString()).toBe(text);
  client.resume();
}

/** Sockets, servers and timers that keep this process alive. */
function openHandles(): number {
  return process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name)).length;
}
