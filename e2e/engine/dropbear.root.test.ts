import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type DropbearOptions, startDropbear } from '../support/dropbear.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startBannerServer, startDigestServer, startSource } from '../support/targets.ts';
import { closeSocket, dialTcp, dialThroughSocks5, expectGreeting, hashToEnd } from '../support/tcp-client.ts';

const suite = engineSuite();

async function dropbear(options: DropbearOptions = {}) {
  const server = suite.use(await startDropbear(options));
  await suite.knowHosts(server.knownHosts());
  return server;
}

describe('against dropbear, a tunnel', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'] as const)(
    'logs in with a key and knows its %s host key',
    async (type) => {
      const server = await dropbear({ hostKeyType: type });
      const target = suite.use(await startBannerServer());
      const port = await findFreePort();
      await suite.open(server, [localForward(port, target)]);
      await expectGreeting(port);
    },
  );

  it('logs in with a password, and asks again after a wrong one', async () => {
    const server = await dropbear();
    const engine = suite.engine();
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    const profile = testProfile(server, { method: 'password' }, [forward]);
    await engine.start(profile);
    for (const secret of ['wrong', server.account.password ?? '']) {
      const prompt = await engine.untilPrompt(profile, 'password');
      await engine.answer(profile, prompt.id, { kind: 'secret', secret, remember: false });
    }
    await engine.until(profile, 'open');
  });

  it('carries bytes unchanged through every kind of forward', async () => {
    const server = await dropbear();
    const source = suite.use(await startSource(5_000_000));
    const digest = suite.use(await startDigestServer());
    const ports = await Promise.all([1, 2, 3, 4].map(() => findFreePort()));
    const [local = 0, remote = 0, socks = 0, push = 0] = ports;
    await suite.open(server, [
      localForward(local, source),
      remoteForward(remote, source),
      dynamicForward(socks),
      localForward(push, digest),
    ]);
    const sockets = [
      await dialTcp(local),
      await dialTcp(remote),
      await dialThroughSocks5(socks, source),
    ] as const;
    for (const socket of sockets) {
      suite.use({ close: () => closeSocket(socket) });
      expect(await hashToEnd(socket)).toEqual({ bytes: source.bytes, sha256: source.sha256 });
      socket.end();
    }
    const pusher = await dialTcp(push);
    suite.use({ close: () => closeSocket(pusher) });
    const answer = hashToEnd(pusher);
    pusher.end('a question, ended by half-close');
    expect((await answer).bytes).toBe(64);
    expect(server.sessionPids()).toHaveLength(1);
  });

  it('is told which forwards are refused, and keeps the rest', async () => {
    const server = await dropbear({ extraArgs: ['-k'] });
    const target = suite.use(await startBannerServer());
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const engine = suite.engine();
    const forwards = [remoteForward(remote, target), localForward(local, target)];
    const profile = testProfile(server, keyFile(server), forwards);
    await engine.start(profile);
    await engine.until(profile, 'open');
    await engine.untilForward(profile, 0, 'refused');
    await expectGreeting(local);
  });

  it('survives targets that hang up in mid-stream', async () => {
    const server = await dropbear();
    const source = suite.use(await startSource(200_000_000));
    const port = await findFreePort();
    const { engine, profile } = await suite.open(server, [localForward(port, source)]);
    for (let round = 0; round < 5; round += 1) {
      const socket = await dialTcp(port);
      suite.use({ close: () => closeSocket(socket) });
      await once(socket.resume(), 'data');
      if (round % 2 === 0) source.dropClients();
      else socket.resetAndDestroy();
      await closeSocket(socket);
    }
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(engine.history.get(profile.id)?.some(({ state }) => state.status === 'waiting')).toBe(false);
  });

  it('survives probes that hang up in mid-stream, and still answers the next', async () => {
    const server = await dropbear();
    const flood = suite.use(await startSource(200_000_000));
    const mail = suite.use(await startBannerServer());
    const port = () => findFreePort();
    const { engine, profile } = await suite.open(server, [
      localForward(await port(), flood),
      remoteForward(await port(), flood),
      remoteForward(await port(), mail),
    ]);
    const services: string[] = [];
    for (const { id: forwardId } of [...profile.forwards, ...profile.forwards]) {
      const outcome = await engine.engine.handlers['forwards.probe']({ id: profile.id, forwardId });
      if (outcome.ok && outcome.value.answer.kind === 'banner') services.push(outcome.value.answer.service);
    }
    expect(services).toEqual(['unknown', 'unknown', 'imap', 'unknown', 'unknown', 'imap']);
    expect(engine.history.get(profile.id)?.some(({ state }) => state.status === 'waiting')).toBe(false);
  });

  it('comes back after it was killed and restarted', async () => {
    const server = await dropbear();
    const target = suite.use(await startBannerServer());
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const forwards = [localForward(local, target), remoteForward(remote, target)];
    const { engine, profile } = await suite.open(server, forwards);
    await server.kill();
    await engine.until(profile, 'waiting');
    await server.restart();
    await engine.until(profile, 'open');
    for (const index of [0, 1]) await engine.untilForward(profile, index, 'listening');
    await expectGreeting(local);
    await expectGreeting(remote);
  });
});
