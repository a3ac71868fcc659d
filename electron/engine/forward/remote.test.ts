import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TrafficCounter } from '../traffic-counter.ts';
import { RemoteForward } from './remote.ts';
import type { TargetOutcome } from './target-outcome.ts';
import { closeAfterEach } from './testing/cleanup.ts';
import { connectTo, readBytes, readToEnd, startEcho, startService, until } from './testing/sockets.ts';
import { openTestSession } from './testing/ssh-client.ts';
import { listenOn, startTestSshServer, type TestSshServerOptions } from './testing/ssh-server.ts';

const opened = closeAfterEach();

describe('a remote forward', () => {
  it('carries bytes from a port that the server chose, and counts them', async () => {
    const echo = opened(await startEcho());
    const { port, counter, outcomes } = await listening(echo.port);
    const client = await connectTo(port);
    client.write('hello');
    expect((await readBytes(client, 5)).toString()).toBe('hello');
    expect(counter).toMatchObject({ received: 5, sent: 5, connectionsOpen: 1, connectionsTotal: 1 });
    expect(outcomes).toMatchObject([{ status: 'answered', target: { port: echo.port } }]);
    client.end();
    expect((await readToEnd(client.resume())).how).toBe('fin');
    await until(() => counter.connectionsOpen === 0 && echo.sockets.size === 0);
  });

  it('keeps half-close both ways', async () => {
    let later = '';
    const service = opened(
      await startService(async (socket) => {
        socket.end('first');
        later = (await readToEnd(socket)).data.toString();
      }),
    );
    const { port } = await listening(service.port);
    const client = await connectTo(port);
    expect(await readToEnd(client)).toEqual({ how: 'fin', data: Buffer.from('first') });
    client.end('second');
    await until(() => later === 'second');
  });

  it.each([
    ['', 'localhost:0'],
    ['localhost', 'localhost:0'],
    ['*', ':0'],
    ['10.1.2.3', '10.1.2.3:0'],
  ])('asks for the address %j as RFC 4254 writes it: %j', async (address, wire) => {
    const { server, bound } = await listening(1, { address });
    expect(server.requestedBinds).toEqual([wire]);
    expect(bound.host).toBe(address === '' ? 'localhost' : address);
  });

  it('refuses the other side when its target does not answer, before accepting', async () => {
    const gone = await startEcho();
    await gone.close();
    const { server, port, counter, outcomes } = await listening(gone.port);
    expect(await server.openIncoming('localhost', port)).toBe('rejected');
    expect(outcomes).toMatchObject([
      {
        status: 'failed',
        error: { code: 'targetRefused', target: { port: gone.port }, detail: 'ECONNREFUSED' },
      },
    ]);
    expect(counter).toMatchObject({ connectionsOpen: 0, connectionsTotal: 1 });
  });

  it('takes only channels for exactly its address and port', async () => {
    const echo = opened(await startEcho());
    const { server, port } = await listening(echo.port);
    expect(await server.openIncoming('localhost', port + 1)).toBe('rejected');
    expect(await server.openIncoming('', port)).toBe('rejected');
    expect(await server.openIncoming('127.0.0.1', port)).toBe('rejected');
    expect(await server.openIncoming('__proto__', port)).toBe('rejected');
    expect(await server.openIncoming('localhost', port)).not.toBe('rejected');
  });

  it('says that it was refused, and can be tried again on the same session', async () => {
    const port = await freePort();
    const refusedPorts = new Set([port]);
    const { forward, attempt, session } = await asked(1, { port }, { refusedPorts });
    expect(attempt).toEqual({
      status: 'refused',
      error: { code: 'remoteForwardRefused', endpoint: { host: 'localhost', port } },
    });
    refusedPorts.clear();
    expect(await forward.attach(session.source)).toMatchObject({ status: 'listening', bound: { port } });
  });

  it('asks first for the port that the server chose last time, then for any', async () => {
    const { forward, server, port, session } = await listening(1);
    await session.close();
    const second = opened(await openTestSession(server.port));
    expect(await forward.attach(second.source)).toMatchObject({ bound: { port } });
    await second.close();
    const thief = createServer();
    await untilBound(thief, port);
    const third = opened(await openTestSession(server.port));
    expect(await forward.attach(third.source)).toMatchObject({ status: 'listening' });
    expect(server.requestedBinds).toEqual([
      'localhost:0',
      `localhost:${port}`,
      `localhost:${port}`,
      'localhost:0',
    ]);
    await new Promise((resolve) => thief.close(resolve));
  });

  it('resets its connections when the session is lost', async () => {
    const endings: Promise<{ how: string }>[] = [];
    const service = opened(
      await startService((socket) => {
        endings.push(readToEnd(socket));
      }),
    );
    const { server, port, counter } = await listening(service.port);
    const client = await connectTo(port);
    await until(() => endings.length === 1 && counter.connectionsOpen === 1);
    server.cut();
    expect((await endings[0])?.how).toBe('reset');
    await until(() => counter.connectionsOpen === 0);
    client.destroy();
  });

  it('has the server stop listening when closed', async () => {
    const echo = opened(await startEcho());
    const { forward, server, port, counter } = await listening(echo.port);
    const client = await connectTo(port);
    client.write('x');
    await readBytes(client, 1);
    await forward.close();
    expect(counter.connectionsOpen).toBe(0);
    await expect(connectTo(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await server.openIncoming('localhost', port)).toBe('rejected');
  });

  it('carries 300 connections at once', async () => {
    const echo = opened(await startEcho());
    const { port, counter } = await listening(echo.port);
    const clients = await Promise.all(Array.from({ length: 300 }, () => connectTo(port)));
    await Promise.all(
      clients.map(async (client, index) => {
        const text = `I am ${index}`;
        client.write(text);
        expect((await readBytes(client, text.length)).toString()).toBe(text);
      }),
    );
    expect(counter.connectionsOpen).toBe(300);
    for (const client of clients) client.destroy();
    await until(() => counter.connectionsOpen === 0);
  });

  it('says that the session is lost when it is', async () => {
    const server = opened(await startTestSshServer());
    const session = await openTestSession(server.port);
    await session.close();
    const { forward } = make(1, {});
    expect(await forward.attach(session.source)).toEqual({ status: 'lost' });
  });
});

interface Bind {
  readonly address?: string;
  readonly port?: number;
}

function make(targetPort: number, { address = 'localhost', port = 0 }: Bind) {
  const counter = new TrafficCounter();
  const outcomes: TargetOutcome[] = [];
  const forward = opened(
    new RemoteForward({
      forward: { bind: { address, port }, target: { host: '127.0.0.1', port: targetPort } },
      counter,
      onTargetOutcome: (outcome) => outcomes.push(outcome),
    }),
  );
  return { forward, counter, outcomes };
}

async function asked(targetPort: number, bind: Bind, options: TestSshServerOptions = {}) {
  const server = opened(await startTestSshServer(options));
  const session = opened(await openTestSession(server.port));
  const made = make(targetPort, bind);
  return { ...made, server, session, attempt: await made.forward.attach(session.source) };
}

async function listening(targetPort: number, bind: Bind = {}) {
  const made = await asked(targetPort, bind);
  if (made.attempt.status !== 'listening') throw new Error(made.attempt.status);
  return { ...made, bound: made.attempt.bound, port: made.attempt.bound.port };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listenOn(probe, 0, '127.0.0.1');
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Takes a port as soon as its last holder gave it back. */
async function untilBound(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  let isBound = false;
  let isTrying = false;
  await until(() => {
    if (!isBound && !isTrying) {
      isTrying = true;
      listenOn(server, port, '127.0.0.1').then(
        () => {
          isBound = true;
        },
        () => {
          isTrying = false;
        },
      );
    }
    return isBound;
  });
}
