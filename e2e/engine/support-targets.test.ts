import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { deterministicBytes, deterministicSha256 } from '../support/deterministic-bytes.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort, findRefusingPort } from '../support/free-port.ts';
import { watchForLeaks } from '../support/leaks.ts';
import {
  startBannerServer,
  startBlackHole,
  startDigestServer,
  startEchoServer,
  startSink,
  startSource,
  startSpeakFirstServer,
} from '../support/targets.ts';
import type { TcpTarget } from '../support/tcp-server.ts';

const closers = createClosers();
afterEach(closers.close);

function keep<T extends TcpTarget>(target: T): T {
  closers.add(target.close);
  return target;
}

async function dial({ host, port }: { readonly host: string; readonly port: number }): Promise<net.Socket> {
  const socket = net.connect({ host, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex');

describe('targets', () => {
  it('echo sends everything back, and the end too', async () => {
    const socket = await dial(keep(await startEchoServer()));
    socket.end('hello');
    expect(await text(socket)).toBe('hello');
  });

  it('the banner server greets first and ends after the client', async () => {
    const socket = await dial(keep(await startBannerServer()));
    socket.end();
    expect(await text(socket)).toMatch(/^\* OK .*\r\n$/);
  });

  it('the source sends what it announced, and the sink counts and hashes it', async () => {
    const source = keep(await startSource(5_000_001));
    const sink = keep(await startSink());
    const [from, to] = [await dial(source), await dial(sink)];
    from.pipe(to);
    from.end();
    to.resume();
    await once(to, 'end');
    expect(sink.received()).toEqual([{ bytes: 5_000_001, sha256: source.sha256, endedCleanly: true }]);
    expect(sink.bytesSoFar()).toBe(5_000_001);
  });

  it('the digest server answers after the client has ended its side', async () => {
    const socket = await dial(keep(await startDigestServer()));
    socket.end('all of it');
    expect(await text(socket)).toBe(sha256('all of it'));
  });

  it('the one that speaks first ends its side and still hears the client', async () => {
    const target = keep(await startSpeakFirstServer({ text: 'bye' }));
    const socket = await dial(target);
    // Not text(): it destroys what it has read to the end.
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk;
    });
    await once(socket, 'end');
    expect(heard).toBe('bye');
    socket.end('but wait');
    await eventually(() =>
      expect(target.received()).toEqual([{ bytes: 8, sha256: sha256('but wait'), endedCleanly: true }]),
    );
  });

  it('tells a client that vanished from one that ended', async () => {
    const sink = keep(await startSink());
    const socket = await dial(sink);
    socket.write('half');
    await eventually(() => expect(sink.bytesSoFar()).toBe(4));
    socket.resetAndDestroy();
    await eventually(() => expect(sink.received()).toMatchObject([{ bytes: 4, endedCleanly: false }]));
  });

  it('the black hole accepts, and keeps silent even when the client ends', async () => {
    const hole = keep(await startBlackHole());
    const socket = await dial(hole);
    let heard = false;
    socket.on('data', () => {
      heard = true;
    });
    socket.on('end', () => {
      heard = true;
    });
    socket.end('anybody there?');
    await once(socket, 'finish');
    await eventually(() => expect(hole.open()).toBe(1));
    // Whatever it had to say would have come before an echo that was asked for later.
    const echo = await dial(keep(await startEchoServer()));
    echo.end('later');
    await text(echo);
    expect(heard).toBe(false);
    const failure = new Promise((resolve) => socket.once('error', resolve));
    hole.dropClients();
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
    expect([hole.accepted(), hole.open()]).toEqual([1, 0]);
  });

  it('a refusing port refuses', async () => {
    const socket = net.connect({ host: '127.0.0.1', port: await findRefusingPort() });
    const [error] = await once(socket, 'error').catch((failure: unknown) => [failure]);
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes with clients still connected, and leaks nothing', async () => {
    const leaks = watchForLeaks();
    const targets = await Promise.all([startEchoServer(), startBlackHole(), startSource(10_000_000)]);
    const sockets = await Promise.all(targets.map(dial));
    for (const socket of sockets) socket.on('error', () => {});
    await Promise.all(targets.map((target) => target.close()));
    for (const socket of sockets) socket.destroy();
    await leaks.expectNone();
  });
});

describe('deterministic bytes', () => {
  it('are the same for the same seed only, and a longer run starts with the shorter one', () => {
    const bytes = (count: number, seed?: number) => Buffer.concat([...deterministicBytes(count, seed)]);
    expect(bytes(200_000).equals(bytes(200_000))).toBe(true);
    expect(bytes(200_000).equals(bytes(200_000, 2))).toBe(false);
    expect(bytes(200_000).subarray(0, 70_000).equals(bytes(70_000))).toBe(true);
    expect(bytes(0)).toHaveLength(0);
    expect(deterministicSha256(3)).toBe(createHash('sha256').update(bytes(3)).digest('hex'));
  });
});

describe('a leak watch', () => {
  it('names the socket that is still open', async () => {
    const leaks = watchForLeaks();
    const port = await findFreePort('::1');
    const server = net.createServer().listen(port, '::1');
    await once(server, 'listening');
    await expect(leaks.expectNone(50)).rejects.toThrow(`LISTEN [::1]:${port}`);
    server.close();
    await leaks.expectNone();
  });
});
