import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TrafficCounter } from '../traffic-counter.ts';
import { SOCKS_HANDSHAKE_TIMEOUT_MS } from './dynamic.ts';
import { LocalListener } from './local.ts';
import type { TargetOutcome } from './target-outcome.ts';
import { closeAfterEach } from './testing/cleanup.ts';
import { connectTo, readBytes, readToEnd, startEcho, startService, until } from './testing/sockets.ts';
import { openTestSession } from './testing/ssh-client.ts';
import { startTestSshServer } from './testing/ssh-server.ts';

const GREETING = Buffer.from([5, 1, 0]);
const GRANTED = Buffer.from([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

const opened = closeAfterEach();
afterEach(() => {
  vi.useRealTimers();
});

describe('a dynamic forward', () => {
  it('carries a SOCKS 5 client that sends its data along with the handshake', async () => {
    const echo = opened(await startEcho());
    const { port, counter, outcomes } = await startDynamic();
    const client = await connectTo(port);
    client.write(Buffer.concat([GREETING, connect5('127.0.0.1', echo.port), Buffer.from('hello')]));
    expect(await readBytes(client, 12)).toEqual(GRANTED);
    expect((await readBytes(client, 5)).toString()).toBe('hello');
    expect(counter).toMatchObject({ received: 5, sent: 5 });
    expect(outcomes).toMatchObject([{ status: 'answered', target: { port: echo.port } }]);
    client.end();
    expect((await readToEnd(client.resume())).how).toBe('fin');
  });

  it('carries a SOCKS 5 client that comes byte by byte', async () => {
    const echo = opened(await startEcho());
    const { port } = await startDynamic();
    const client = await connectTo(port);
    await trickle(client, Buffer.concat([GREETING, connect5('127.0.0.1', echo.port)]));
    expect(await readBytes(client, 12)).toEqual(GRANTED);
    client.end('bye');
    expect((await readToEnd(client.resume())).data.toString()).toBe('bye');
  });

  it('carries a SOCKS 4a client and lets the server resolve the name', async () => {
    const echo = opened(await startEcho());
    const { port, outcomes } = await startDynamic();
    const client = await connectTo(port);
    const head = Buffer.from([4, 1, echo.port >> 8, echo.port & 0xff, 0, 0, 0, 1]);
    client.write(Buffer.concat([head, Buffer.from('me\0localhost\0hello')]));
    expect([...(await readBytes(client, 8))]).toEqual([0, 0x5a, 0, 0, 0, 0, 0, 0]);
    expect((await readBytes(client, 5)).toString()).toBe('hello');
    expect(outcomes).toMatchObject([{ target: { host: 'localhost' } }]);
    client.destroy();
  });

  it('keeps half-close', async () => {
    const service = opened(
      await startService(async (socket) => {
        const { data } = await readToEnd(socket);
        socket.end(`got ${data.length}`);
      }),
    );
    const { port } = await startDynamic();
    const client = await connectTo(port);
    client.end(Buffer.concat([GREETING, connect5('127.0.0.1', service.port), Buffer.alloc(100_000)]));
    await readBytes(client, 12);
    expect((await readToEnd(client.resume())).data.toString()).toBe('got 100000');
  });

  it('answers a refused connect with the code for it', async () => {
    const gone = await startEcho();
    await gone.close();
    const { port, counter } = await startDynamic();
    const client = await connectTo(port);
    client.write(Buffer.concat([GREETING, connect5('127.0.0.1', gone.port)]));
    const { how, data } = await readToEnd(client);
    expect(how).toBe('fin');
    expect([...data.subarray(2, 3)]).toEqual([5]);
    expect([4, 5]).toContain(data[3]);
    client.end();
    await until(() => counter.connectionsOpen === 0);
  });

  it('tells a browser in HTTP that this is a SOCKS port', async () => {
    const { port, counter } = await startDynamic();
    const client = await connectTo(port);
    client.write(`CONNECT example.com:443 HTTP/1.1\r\nUser-Agent: ${'x'.repeat(5000)}\r\n\r\n`);
    const { how, data } = await readToEnd(client);
    expect(how).toBe('fin');
    expect(data.toString()).toContain('This is a SOCKS port');
    client.end();
    await until(() => counter.connectionsOpen === 0);
  });

  it('resets a client that is slow with its handshake', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { port, counter } = await startDynamic();
    const client = await connectTo(port);
    const ending = readToEnd(client);
    await trickle(client, GREETING.subarray(0, 2));
    await until(() => counter.connectionsOpen === 1);
    vi.advanceTimersByTime(SOCKS_HANDSHAKE_TIMEOUT_MS);
    expect((await ending).how).toBe('reset');
    await until(() => counter.connectionsOpen === 0);
  });

  it('drops a client that leaves in the middle of its handshake', async () => {
    const { port, counter } = await startDynamic();
    const client = await connectTo(port);
    client.end(GREETING);
    await readToEnd(client);
    await until(() => counter.connectionsTotal === 1 && counter.connectionsOpen === 0);
  });

  it('resets a client in the middle of its handshake when the session is lost', async () => {
    const { port, counter, server } = await startDynamic();
    const client = await connectTo(port);
    const ending = readToEnd(client);
    client.write(GREETING);
    await until(() => counter.connectionsOpen === 1);
    server.cut();
    expect((await ending).how).toBe('reset');
    await until(() => counter.connectionsOpen === 0);
  });
});

async function startDynamic() {
  const server = opened(await startTestSshServer());
  const session = opened(await openTestSession(server.port));
  const counter = new TrafficCounter();
  const outcomes: TargetOutcome[] = [];
  const result = await LocalListener.open({
    forward: { kind: 'dynamic', bind: { address: '127.0.0.1', port: 0 } },
    counter,
    onTargetOutcome: (outcome) => outcomes.push(outcome),
  });
  if (!result.ok) throw new Error(result.error.code);
  const listener = opened(result.value);
  listener.attach(session.source);
  return { port: listener.bound[0]?.port ?? 0, counter, outcomes, server };
}

/** A SOCKS 5 CONNECT by name. */
function connect5(host: string, port: number): Buffer {
  return Buffer.from([5, 1, 0, 3, host.length, ...Buffer.from(host), port >> 8, port & 0xff]);
}

async function trickle(client: Socket, bytes: Buffer): Promise<void> {
  for (const byte of bytes) await new Promise((resolve) => client.write(Buffer.from([byte]), resolve));
}
