import type net from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { ConnectionList, ConnectionState } from '#shared/connection.ts';
import type { Forward } from '#shared/profile.ts';
import { engineSuite, keyFile, type OpenTunnel } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startFullListener } from '../support/full-listener.ts';
import {
  startBannerServer,
  startBlackHole,
  startEchoServer,
  startSpeakFirstServer,
} from '../support/targets.ts';
import { closeSocket, connectTcp, dialTcp, dialThroughSocks5 } from '../support/tcp-client.ts';

const suite = engineSuite();
const MIB = 1024 * 1024;

async function list({ engine, profile }: OpenTunnel): Promise<ConnectionList> {
  const listed = await engine.engine.handlers['connections.list']({ id: profile.id });
  if (!listed.ok) throw new Error(listed.error.message);
  return listed.value;
}

async function end({ engine, profile }: OpenTunnel, ...connectionIds: string[]): Promise<number> {
  const ended = await engine.engine.handlers['connections.end']({ id: profile.id, connectionIds });
  return ended.ok ? ended.value.ended : -1;
}

async function endAll({ engine, profile }: OpenTunnel, forwardId: string | null): Promise<number> {
  const ended = await engine.engine.handlers['connections.endAll']({ id: profile.id, forwardId });
  return ended.ok ? ended.value.ended : -1;
}

/** Waits until there are exactly connections in these states, in any order. */
function untilStates(tunnel: OpenTunnel, ...states: ConnectionState[]): Promise<ConnectionList> {
  return eventually(async () => {
    const listed = await list(tunnel);
    expect(listed.connections.map(({ state }) => state).sort()).toEqual([...states].sort());
    return listed;
  });
}

function use<Socket extends net.Socket>(socket: Socket): Socket {
  suite.use({ close: () => closeSocket(socket) });
  return socket;
}

function endOf(socket: net.Socket) {
  return { host: socket.localAddress, port: socket.localPort };
}

function idOf({ profile }: OpenTunnel, index: number): string {
  return profile.forwards[index]?.id ?? '';
}

/** This very process, which plays all the clients and, for a remote forward, the target. */
const thisProcess = { kind: 'found', pid: process.pid, name: expect.stringMatching(/\w/) };

describe('the connections of a tunnel', () => {
  it('are none where nobody is connected, and where there is no such tunnel', async () => {
    const sshd = await suite.sshd();
    const tunnel = await suite.open(sshd, [localForward(await findFreePort(), await startBanner())]);
    expect(await list(tunnel)).toEqual({ at: expect.any(Number), total: 0, connections: [] });
    const { engine } = tunnel;
    expect(await engine.engine.handlers['connections.list']({ id: 'nobody' })).toMatchObject({
      value: { total: 0 },
    });
    expect(await engine.engine.handlers['connections.endAll']({ id: 'nobody', forwardId: null })).toEqual({
      ok: true,
      value: { ended: 0 },
    });
  });

  it('say of a local forward who connected, by which program, to what, and every byte', async () => {
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const tunnel = await suite.open(await suite.sshd(), [localForward(port, echo)]);
    const before = Date.now();
    const client = await connectTcp(port);
    suite.use(client);
    const text = 'x'.repeat(MIB);
    client.socket.write(text);
    await eventually(() => expect(client.text()).toHaveLength(MIB), { timeoutMs: 10_000 });
    const { connections } = await list(tunnel);
    expect(connections).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        forwardId: idOf(tunnel, 0),
        client: endOf(client.socket),
        target: { host: echo.host, port: echo.port },
        here: { ours: { host: '127.0.0.1', port }, theirs: endOf(client.socket) },
        program: thisProcess,
        state: 'open',
        openedAt: expect.any(Number),
        received: MIB,
        sent: MIB,
      },
    ]);
    expect(connections[0]?.openedAt).toBeGreaterThanOrEqual(before);
    await client.close();
    await untilStates(tunnel);
  });

  it('say of a SOCKS forward what was asked for, and of one that asks for nothing that it does not', async () => {
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const tunnel = await suite.open(await suite.sshd(), [dynamicForward(port)]);
    use(await dialTcp(port));
    const { connections } = await untilStates(tunnel, 'asking');
    expect(connections).toMatchObject([{ target: null, received: 0, sent: 0 }]);
    const speaker = use(await dialThroughSocks5(port, echo));
    speaker.resume().write('hello');
    await eventually(async () =>
      expect((await list(tunnel)).connections[1]).toMatchObject({
        client: endOf(speaker),
        target: { host: echo.host, port: echo.port },
        program: thisProcess,
        state: 'open',
        // The handshake is ours and not the target's.
        received: 5,
        sent: 5,
      }),
    );
  });

  it('say of a remote forward whom the server told, and which program here is the target', async () => {
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const tunnel = await suite.open(await suite.sshd(), [remoteForward(port, echo)]);
    const client = suite.use(await connectTcp(port));
    client.socket.write('hello');
    await client.waitFor('hello');
    const { connections } = await list(tunnel);
    expect(connections).toMatchObject([
      {
        client: endOf(client.socket),
        target: { host: echo.host, port: echo.port },
        here: { theirs: { host: echo.host, port: echo.port } },
        program: thisProcess,
        state: 'open',
        received: 5,
        sent: 5,
      },
    ]);
  });

  it.each(['local', 'remote'] as const)('tell which side of a %s forward has ended', async (kind) => {
    const deaf = suite.use(await startBlackHole());
    const speaker = suite.use(await startSpeakFirstServer({ text: 'bye' }));
    const [first, second] = [await findFreePort(), await findFreePort()];
    const forward = (port: number, target: typeof deaf): Forward =>
      kind === 'local' ? localForward(port, target) : remoteForward(port, target);
    const tunnel = await suite.open(await suite.sshd(), [forward(first, deaf), forward(second, speaker)]);
    const [toDeaf, toSpeaker] = [use(await dialTcp(first)), use(await dialTcp(second))];
    for (const socket of [toDeaf, toSpeaker]) socket.resume();
    await untilStates(tunnel, 'open', 'targetEnded');
    toDeaf.end();
    await untilStates(tunnel, 'clientEnded', 'targetEnded');
    toSpeaker.end();
    await untilStates(tunnel, 'clientEnded');
  });

  it('end one by one, with a reset on both sides and no harm to the others', async () => {
    const echo = suite.use(await startEchoServer());
    const [port, remotePort, socksPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const tunnel = await suite.open(await suite.sshd(), [
      localForward(port, echo),
      remoteForward(remotePort, echo),
      dynamicForward(socksPort),
    ]);
    const [kept, local, remote] = [
      await connectTcp(port),
      await connectTcp(port),
      await connectTcp(remotePort),
    ];
    for (const client of [kept, local, remote]) suite.use(client);
    const socks = use(await dialThroughSocks5(socksPort, echo));
    await untilStates(tunnel, 'open', 'open', 'open', 'open');
    await eventually(() => expect(echo.open()).toBe(4));
    const { connections } = await list(tunnel);
    const ids = [local.socket, remote.socket, socks].map(
      (socket) => connections.find(({ client }) => client.port === socket.localPort)?.id ?? '',
    );
    const socksEnded = new Promise((resolve) => socks.on('error', resolve));
    expect(await end(tunnel, ...ids)).toBe(3);
    expect(await local.ended).toBe('reset');
    await socksEnded;
    // What the server does with its client is the server's: sshd says goodbye.
    await remote.ended;
    await eventually(() => expect(echo.open()).toBe(1));
    await untilStates(tunnel, 'open');
    expect(await end(tunnel, ...ids)).toBe(0);
    kept.socket.write('still here');
    await kept.waitFor('still here');
  });

  it('end all of a forward, or all', async () => {
    const echo = suite.use(await startEchoServer());
    const [first, second] = [await findFreePort(), await findFreePort()];
    const tunnel = await suite.open(await suite.sshd(), [
      localForward(first, echo),
      localForward(second, echo),
    ]);
    const ports = [...Array(20).fill(first), ...Array(10).fill(second)];
    const clients = await Promise.all(ports.map((port: number) => connectTcp(port)));
    for (const client of clients) suite.use(client);
    await eventually(async () => expect((await list(tunnel)).total).toBe(30));
    expect(await endAll(tunnel, idOf(tunnel, 0))).toBe(20);
    for (const client of clients.slice(0, 20)) expect(await client.ended).toBe('reset');
    await eventually(async () => expect((await list(tunnel)).total).toBe(10));
    expect(await endAll(tunnel, null)).toBe(10);
    for (const client of clients.slice(20)) expect(await client.ended).toBe('reset');
    await eventually(() => expect(echo.open()).toBe(0));
    // The listeners stay.
    const again = suite.use(await connectTcp(first));
    again.socket.write('hello');
    await again.waitFor('hello');
  });

  it('show who waits for the session while it is dug again, and let them be ended', async () => {
    const sshd = await suite.sshd();
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const tunnel = await suite.open(sshd, [
      localForward(port, echo),
      remoteForward(await findFreePort(), echo),
    ]);
    const early = suite.use(await connectTcp(port));
    await untilStates(tunnel, 'open');
    await sshd.kill();
    expect(await early.ended).toBe('reset');
    await untilStates(tunnel);
    const [patient, unwanted] = [suite.use(await connectTcp(port)), suite.use(await connectTcp(port))];
    const { connections } = await untilStates(tunnel, 'waiting', 'waiting');
    expect(connections).toMatchObject([
      { client: endOf(patient.socket), program: thisProcess, received: 0, sent: 0 },
      { client: endOf(unwanted.socket), program: thisProcess },
    ]);
    expect(await end(tunnel, connections[1]?.id ?? '')).toBe(1);
    expect(await unwanted.ended).toBe('reset');
    await sshd.restart();
    await tunnel.engine.until(tunnel.profile, 'open');
    patient.socket.write('hello');
    await patient.waitFor('hello');
    await untilStates(tunnel, 'open');
  });

  it('show a target that is being dialled, and give it up when told to', async () => {
    const sshd = await suite.sshd();
    const port = await findFreePort();
    const silence = suite.use(await startFullListener());
    const tunnel = await suite.open(sshd, [remoteForward(port, silence)]);
    const client = suite.use(await connectTcp(port));
    const { connections } = await untilStates(tunnel, 'opening');
    expect(connections).toMatchObject([
      { target: { host: silence.host, port: silence.port }, here: null, program: { kind: 'unknown' } },
    ]);
    expect(await end(tunnel, connections[0]?.id ?? '')).toBe(1);
    await client.ended;
    await untilStates(tunnel);
    expect(tunnel.engine.snapshot(tunnel.profile.id).forwards[0]?.target.status).toBe('unknown');
  });

  it('know a program that came through one of this computer’s own network addresses', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal)?.address;
    if (address === undefined) return;
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const forward = { ...localForward(port, echo, '0.0.0.0'), exposureConfirmedFor: '0.0.0.0' };
    const tunnel = await suite.open(await suite.sshd(), [forward]);
    suite.use(await connectTcp(port, address));
    const { connections } = await untilStates(tunnel, 'open');
    expect(connections).toMatchObject([{ client: { host: address }, program: thisProcess }]);
  });

  it('are gone when the tunnel is stopped', async () => {
    const echo = suite.use(await startEchoServer());
    const port = await findFreePort();
    const tunnel = await suite.open(await suite.sshd(), [localForward(port, echo)]);
    const client = suite.use(await connectTcp(port));
    await untilStates(tunnel, 'open');
    await tunnel.engine.stop(tunnel.profile);
    await tunnel.engine.until(tunnel.profile, 'stopped');
    expect(await client.ended).toBe('reset');
    expect((await list(tunnel)).total).toBe(0);
  });
});

it('lists a thousand connections with their programs in a fraction of a second', async () => {
  const echo = suite.use(await startEchoServer());
  const port = await findFreePort();
  const sshd = await suite.sshd();
  const login = keyFile(sshd);
  const profile = testProfile(sshd, login, [localForward(port, echo)]);
  const engine = suite.engine();
  await engine.start(profile);
  await engine.until(profile, 'open');
  await engine.untilForward(profile, 0, 'listening');
  const tunnel = { engine, profile };
  for (let batch = 0; batch < 10; batch += 1) {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => dialTcp(port)));
    for (const socket of sockets) use(socket);
  }
  await eventually(() => expect(echo.open()).toBe(1000), { timeoutMs: 20_000 });
  const firstAt = performance.now();
  const first = await list(tunnel);
  const againAt = performance.now();
  const again = await list(tunnel);
  const [firstMs, againMs] = [againAt - firstAt, performance.now() - againAt];
  console.log(`1,000 connections listed in ${firstMs.toFixed(0)} ms, then in ${againMs.toFixed(1)} ms`);
  expect(first.connections.filter(({ program }) => program.kind === 'found')).toHaveLength(1000);
  expect(again.connections).toEqual(first.connections);
  // Generous: a busy machine takes its time, a walk over /proc for each connection would take minutes.
  expect(firstMs).toBeLessThan(5_000);
  expect(againMs).toBeLessThan(500);
});

async function startBanner() {
  return suite.use(await startBannerServer());
}
