import { describe, expect, it } from 'vitest';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { blackHolePort } from '../support/iptables-drop.ts';
import { openTcpSockets } from '../support/leaks.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();
const [intervalMs, countMax] = [2_000, 1];

describe('a network that drops every packet', () => {
  it('is noticed in time, costs one session, and leaves the ports with us', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ clientAliveIntervalSeconds: 1, clientAliveCountMax: 3 });
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const { engine, profile } = await suite.open(
      sshd,
      [localForward(local, target), remoteForward(remote, target)],
      { connectMs: 1_500, keepalive: { intervalMs, countMax } },
    );
    const client = suite.use(await connectTcp(local));
    await client.waitFor('* OK');
    const toServer = () =>
      openTcpSockets().filter(
        ({ remote, state }) => remote === `${sshd.host}:${sshd.port}` && state === 'ESTABLISHED',
      );
    expect(toServer()).toHaveLength(1);

    const drop = suite.use(await blackHolePort(sshd.port));
    const droppedAt = performance.now();
    const { error } = await engine.until(profile, 'waiting');
    expect(performance.now() - droppedAt).toBeLessThan(intervalMs * (countMax + 1));
    expect(error.code).toBe('serverSilent');
    expect(toServer()).toEqual([]);
    expect(await client.ended).toBe('reset');

    // It goes on trying, and each try ends in time.
    await eventually(() => {
      const { state } = engine.snapshot(profile.id);
      expect(state.status === 'waiting' ? state.error.code : state.status).toBe('connectTimedOut');
    });

    await drop.close();
    await engine.engine.handlers['engine.wake'](null);
    await engine.until(profile, 'open');
    await expectGreeting(local);
    // The old session held the port until sshd missed it too.
    await engine.untilForward(profile, 1, 'listening');
    await expectGreeting(remote);
  });

  it('does not keep a tunnel from stopping', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd();
    const { engine, profile } = await suite.open(sshd, [
      localForward(await findFreePort(), target),
      remoteForward(await findFreePort(), target),
    ]);
    suite.use(await blackHolePort(sshd.port));
    const startedAt = performance.now();
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('ends an attempt in time, and stops in the middle of it', async () => {
    const sshd = await suite.sshd();
    suite.use(await blackHolePort(sshd.port));
    const engine = suite.engine({ connectMs: 1_000 });
    const profile = testProfile(sshd, keyFile(sshd), [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    await engine.start(profile);
    expect((await engine.until(profile, 'waiting')).error).toEqual({
      code: 'connectTimedOut',
      host: sshd.host,
      port: sshd.port,
      seconds: 1,
    });
    await engine.untilState(profile, (state) => state.status === 'connecting');
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    const left = openTcpSockets().filter(({ remote }) => remote === `${sshd.host}:${sshd.port}`);
    expect(left).toEqual([]);
  });
});
