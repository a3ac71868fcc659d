import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { findRefusingPort } from '../support/free-port.ts';
import { watchForLeaks } from '../support/leaks.ts';
import { runOpenSsh, startOpenSsh } from '../support/openssh-client.ts';
import { startSshd } from '../support/sshd.ts';
import { startDigestServer, startEchoServer, startSource } from '../support/targets.ts';
import { startTcpProxy, type TcpProxyOptions } from '../support/tcp-proxy.ts';

const closers = createClosers();
afterEach(closers.close);

async function openEcho() {
  const target = await startEchoServer();
  closers.add(target.close);
  return target;
}

async function openProxy(options: TcpProxyOptions) {
  const proxy = await startTcpProxy(options);
  closers.add(proxy.close);
  return proxy;
}

async function dial({ host, port }: { readonly host: string; readonly port: number }): Promise<net.Socket> {
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  closers.add(async () => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}

async function roundTripMs(socket: net.Socket): Promise<number> {
  const start = performance.now();
  socket.write('ping');
  await once(socket, 'data');
  return performance.now() - start;
}

describe('a proxied line', () => {
  it('carries and counts bytes both ways, half-close included', async () => {
    const digest = await startDigestServer();
    closers.add(digest.close);
    const proxy = await openProxy({ to: digest });
    const socket = await dial(proxy);
    socket.end('question');
    expect(await text(socket)).toMatch(/^[0-9a-f]{64}$/);
    expect([proxy.bytesToServer(), proxy.bytesToClient(), proxy.accepted()]).toEqual([8, 64, 1]);
    await eventually(() => expect(proxy.open()).toBe(0));
  });

  it('delays each direction', async () => {
    const proxy = await openProxy({ to: await openEcho() });
    const socket = await dial(proxy);
    proxy.setLatency(60);
    const slow = await roundTripMs(socket);
    expect(slow).toBeGreaterThanOrEqual(118);
    proxy.setLatency(0);
    expect(await roundTripMs(socket)).toBeLessThan(slow);
  });

  it('keeps to its bandwidth and loses nothing', async () => {
    const source = await startSource(100_000);
    closers.add(source.close);
    const proxy = await openProxy({ to: source, bytesPerSecond: 200_000 });
    const start = performance.now();
    const socket = await dial(proxy);
    const received = await text(socket.setEncoding('latin1'));
    expect(received).toHaveLength(100_000);
    // The first slice goes at once.
    expect(performance.now() - start).toBeGreaterThan(400);
  });

  it('makes the sender wait instead of storing without limit', async () => {
    const source = await startSource(64 * 1024 * 1024);
    closers.add(source.close);
    const proxy = await openProxy({ to: source });
    const socket = await dial(proxy);
    socket.pause();
    let before = -1;
    await eventually(
      () => {
        const after = proxy.bytesToClient();
        const isSteady = after > 0 && after === before;
        before = after;
        return isSteady;
      },
      { everyMs: 100 },
    );
    expect(before).toBeLessThan(32 * 1024 * 1024);
  });

  it('holds everything while stalled, the end too, and lets it go afterwards', async () => {
    const proxy = await openProxy({ to: await openEcho() });
    const socket = await dial(proxy);
    await roundTripMs(socket);
    proxy.stall();
    const count = proxy.bytesToServer();
    const late = await dial(proxy);
    for (const each of [socket, late]) each.end('held');
    await Promise.all([socket, late].map((each) => once(each, 'finish')));
    await expect(
      eventually(() => expect(proxy.bytesToServer()).toBeGreaterThan(count), { timeoutMs: 100 }),
    ).rejects.toThrow();
    proxy.resume();
    expect(await Promise.all([text(socket), text(late)])).toEqual(['held', 'held']);
  });

  it('strands the connections that it has, and carries new ones', async () => {
    const proxy = await openProxy({ to: await openEcho() });
    const stranded = await dial(proxy);
    await roundTripMs(stranded);
    proxy.strand();
    stranded.write('nobody hears this');
    const fresh = await dial(proxy);
    await roundTripMs(fresh);
    expect([proxy.bytesToServer(), proxy.bytesToClient()]).toEqual([8, 8]);
  });

  it('cuts with a reset', async () => {
    const proxy = await openProxy({ to: await openEcho() });
    const socket = await dial(proxy);
    await roundTripMs(socket);
    const failure = new Promise((resolve) => socket.once('error', resolve));
    proxy.reset();
    expect(await failure).toMatchObject({ code: 'ECONNRESET' });
  });

  it('cuts with an orderly end', async () => {
    const proxy = await openProxy({ to: await openEcho() });
    const socket = await dial(proxy);
    await roundTripMs(socket);
    const ended = once(socket.resume(), 'end');
    proxy.finish();
    await ended;
    await eventually(() => expect(proxy.open()).toBe(0));
  });

  it('hangs up on its client when the server refuses', async () => {
    const port = await findRefusingPort();
    const proxy = await openProxy({ to: { host: '127.0.0.1', port } });
    const socket = net.connect(proxy);
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    await closed;
  });

  it('leaves no socket behind, stalled connections included', async () => {
    const leaks = watchForLeaks();
    const echo = await startEchoServer();
    const proxy = await startTcpProxy({ to: echo });
    const socket = net.connect(proxy);
    socket.on('error', () => {});
    await once(socket, 'connect');
    proxy.stall();
    socket.write('held');
    await proxy.close();
    await proxy.close();
    await echo.close();
    await leaks.expectNone();
  });
});

describe('ssh through a bad line', () => {
  it('logs in over a slow one, notices a stalled one by its keepalive, and a cut one at once', async () => {
    const sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
    closers.add(sshd.close);
    const proxy = await openProxy({ to: sshd, latencyMs: 20 });
    const common = { identityFile: sshd.identityFile, through: proxy };
    expect((await runOpenSsh(sshd, { ...common, command: 'true' })).status).toBe(0);

    const keepalive = ['-o', 'ServerAliveInterval=1', '-o', 'ServerAliveCountMax=1'];
    for (const [cut, message] of [
      ['reset', /reset by peer|closed by remote host|Broken pipe/],
      ['finish', /closed by remote host|Broken pipe/],
      ['stall', /Timeout, server .* not responding/],
    ] as const) {
      const client = await startOpenSsh(sshd, { ...common, args: ['-v', '-N', ...keepalive] });
      closers.add(client.close);
      await eventually(() => expect(client.stderr()).toMatch(/Entering interactive session/));
      proxy[cut]();
      expect((await client.ended).stderr).toMatch(message);
    }
  });
});
