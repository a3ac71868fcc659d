import { describe, expect, it } from 'vitest';
import type { TunnelSnapshot } from '#shared/tunnel-state.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import {
  type EngineUnderTest,
  localForward,
  remoteForward,
  TEST_TIMINGS,
  testProfile,
} from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { knownHostsLines } from '../support/host-keys.ts';
import { openTcpSockets } from '../support/leaks.ts';
import { startLineWithGhosts } from '../support/line-with-ghosts.ts';
import { startBannerServer, startEchoServer, startSink } from '../support/targets.ts';
import { closeSocket, connectTcp, dialTcp, expectGreeting, isListening } from '../support/tcp-client.ts';
import { startTcpProxy, type TcpProxyOptions } from '../support/tcp-proxy.ts';

const suite = engineSuite();

/** An sshd behind a line that can be made bad. */
async function sshdBehindLine(options: Omit<TcpProxyOptions, 'to'> = {}) {
  const sshd = await suite.sshd();
  const line = suite.use(await startTcpProxy({ ...options, to: sshd }));
  await suite.knowHosts(knownHostsLines(line.host, line.port, sshd.hostKeys));
  const { user, identityFile } = sshd;
  return { sshd, line, server: { host: line.host, port: line.port, user, identityFile } };
}

/** The sockets of ours that lead to a server. */
function socketsTo({ host, port }: { readonly host: string; readonly port: number }) {
  return openTcpSockets().filter(({ remote }) => remote === `${host}:${port}`);
}

function waits(engine: EngineUnderTest, id: string) {
  const states = (engine.history.get(id) ?? []).map(({ state }) => state);
  return states.filter(
    (state, index): state is Extract<TunnelSnapshot['state'], { status: 'waiting' }> =>
      state.status === 'waiting' && states[index - 1]?.status !== 'waiting',
  );
}

const patient = { keepalive: { intervalMs: 2_000, countMax: 1 } } as const;
const patientLimitMs = 4_000;

/** For tests in which nothing must happen for longer than the limit. */
const impatient = { keepalive: { intervalMs: 500, countMax: 3 } } as const;
const impatientLimitMs = 2_000;

describe('a tunnel', () => {
  it('remembers when and why it was lost, and not the attempts that failed since', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd();
    const { engine, profile } = await suite.open(sshd, [localForward(await findFreePort(), target)]);
    expect(engine.snapshot(profile.id).lastError).toBeNull();
    const killedAt = Date.now();
    await sshd.kill();
    await engine.untilState(profile, (state) => state.status === 'waiting' && state.attempt > 2);
    const lost = engine.snapshot(profile.id).lastError;
    const firstWait = waits(engine, profile.id)[0];
    expect(lost?.error).toEqual(firstWait?.error);
    expect(Math.abs((lost?.at ?? 0) - killedAt)).toBeLessThan(1_000);

    const late = testProfile(sshd, keyFile(sshd), [localForward(await findFreePort(), target)]);
    await engine.start(late);
    await engine.until(late, 'waiting');
    await sshd.restart();
    await engine.until(profile, 'open');
    expect(engine.snapshot(profile.id).lastError).toEqual(lost);
    await engine.until(late, 'open');
    expect(engine.snapshot(late.id).lastError, 'what was never open was not lost').toBeNull();
  });

  it('comes back with its forwards on the same ports after the server was killed and restarted', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd();
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const forwards = [
      localForward(local, target),
      remoteForward(remote, target),
      remoteForward(0, target),
    ] as const;
    const { engine, profile } = await suite.open(sshd, forwards);
    const before = engine.snapshot(profile.id).forwards.map(({ state }) => state);
    const client = suite.use(await connectTcp(local));
    await client.waitFor('* OK');

    await sshd.kill();
    expect(await client.ended).toBe('reset');
    const { error } = await engine.until(profile, 'waiting');
    expect(['serverClosed', 'connectionLost', 'connectionRefused']).toContain(error.code);
    // The local port stays ours, and the lights do not lie about the remote ones.
    expect(await isListening(local)).toBe(true);
    expect(engine.snapshot(profile.id).forwards.map(({ state }) => state.status)).toEqual([
      'listening',
      'opening',
      'opening',
    ]);

    await sshd.restart();
    await engine.until(profile, 'open', 30_000);
    for (const index of [0, 1, 2]) await engine.untilForward(profile, index, 'listening');
    expect(engine.snapshot(profile.id).forwards.map(({ state }) => state)).toEqual(before);
    await expectGreeting(local);
    await expectGreeting(remote);
    expect(engine.snapshot(profile.id).lastError).toMatchObject({ at: expect.any(Number) });
  });

  it('comes back after its session alone was dropped, and keeps its totals', async () => {
    const target = suite.use(await startBannerServer({ banner: '12345\n' }));
    const sshd = await suite.sshd();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [localForward(port, target)]);
    await expectGreeting(port, '12345');
    await sshd.dropSessions();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    await expectGreeting(port, '12345');
    await eventually(() =>
      expect(engine.samples.at(-1)?.tunnels[0]?.forwards[0]).toMatchObject({
        received: 12,
        connectionsTotal: 2,
        connectionsOpen: 0,
      }),
    );
  });

  it('waits longer after each failure, and not at all after waking up', async () => {
    const sshd = await suite.sshd();
    await sshd.kill();
    const engine = suite.engine();
    const profile = testProfile(sshd, keyFile(sshd), [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    await engine.start(profile);
    await eventually(() => expect(waits(engine, profile.id)).toHaveLength(3));
    const [first, second, third] = waits(engine, profile.id);
    expect([first?.attempt, second?.attempt, third?.attempt]).toEqual([1, 2, 3]);
    // Delays of 0.5, 1 and 2 s, each less up to a fifth.
    const gap = (second?.retryAt ?? 0) - (first?.retryAt ?? 0);
    expect(gap).toBeGreaterThanOrEqual(800);
    expect((third?.retryAt ?? 0) - (second?.retryAt ?? 0)).toBeGreaterThanOrEqual(1_600);
    await sshd.restart();
    await engine.until(profile, 'waiting');
    const { retryAt } = await engine.until(profile, 'waiting');
    await engine.engine.handlers['engine.wake'](null);
    await engine.until(profile, 'open');
    expect(Date.now()).toBeLessThan(retryAt);
  });

  it('tries at once when the user presses Start while it waits', async () => {
    const sshd = await suite.sshd();
    await sshd.kill();
    const engine = suite.engine();
    const profile = testProfile(sshd, keyFile(sshd), [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    await engine.start(profile);
    await eventually(() => expect(waits(engine, profile.id)).toHaveLength(3));
    await sshd.restart();
    const { retryAt } = await engine.until(profile, 'waiting');
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect(Date.now()).toBeLessThan(retryAt);
  });
});

describe('a dead line', () => {
  it('is noticed in time, its socket is destroyed, and the tunnel comes back when the line does', async () => {
    const { sshd, line, server } = await sshdBehindLine();
    const port = await findFreePort();
    const target = suite.use(await startBannerServer());
    const { engine, profile } = await suite.open(server, [localForward(port, target)], patient);
    const client = suite.use(await connectTcp(port));
    await client.waitFor('* OK');
    expect(socketsTo(line)).toHaveLength(1);

    const stalledAt = performance.now();
    line.stall();
    const { error } = await engine.until(profile, 'waiting');
    expect(performance.now() - stalledAt).toBeLessThan(patientLimitMs);
    expect(error).toMatchObject({ code: 'serverSilent', host: line.host, port: line.port });
    expect(await client.ended).toBe('reset');
    await eventually(() => expect(socketsTo(line)).toHaveLength(0));

    line.reset();
    line.resume();
    await engine.until(profile, 'open');
    await expectGreeting(port);
    expect(sshd.sessionPids().length).toBeGreaterThanOrEqual(1);
  });

  it('is noticed sooner after waking up', async () => {
    const { line, server } = await sshdBehindLine();
    const { engine, profile } = await suite.open(server, [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    line.stall();
    const wokenAt = performance.now();
    await engine.engine.handlers['engine.wake'](null);
    await engine.until(profile, 'waiting');
    // Without waking up it takes at least 3.5 intervals.
    const { intervalMs } = TEST_TIMINGS.keepalive;
    expect(performance.now() - wokenAt).toBeLessThan(intervalMs * 3);
  });

  it('is not suspected when all is well after waking up', async () => {
    const { sshd, server } = await sshdBehindLine();
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    const { engine, profile } = await suite.open(server, [forward], impatient);
    const sessions = sshd.sessionPids();
    await engine.engine.handlers['engine.wake'](null);
    await passes(impatientLimitMs / 2);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(sshd.sessionPids()).toEqual(sessions);
  });

  it('is not suspected while bytes still arrive over a saturated slow line', async () => {
    const { sshd, line, server } = await sshdBehindLine();
    const sink = suite.use(await startSink());
    const port = await findFreePort();
    const { engine, profile } = await suite.open(server, [localForward(port, sink)], impatient);
    const sessions = sshd.sessionPids();
    line.setBandwidth(200_000);
    const client = await dialTcp(port);
    suite.use({ close: () => closeSocket(client) });
    const chunk = Buffer.alloc(64 * 1024);
    const feed = () => {
      while (!client.destroyed && client.write(chunk));
    };
    client.on('drain', feed);
    feed();
    // Pings wait behind megabytes, which take longer than the limit for silence.
    await passes(impatientLimitMs * 2);
    expect(sink.bytesSoFar()).toBeGreaterThan(200_000);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(sshd.sessionPids()).toEqual(sessions);
  });

  it('is not suspected because it is idle', async () => {
    const { sshd, server } = await sshdBehindLine({ latencyMs: 100 });
    const forward = localForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
    const { engine, profile } = await suite.open(server, [forward], impatient);
    const sessions = sshd.sessionPids();
    await passes(impatientLimitMs * 1.5);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    expect(sshd.sessionPids()).toEqual(sessions);
  });
});

/** Time itself is the point here: nothing must happen in it. */
async function passes(ms: number): Promise<void> {
  const until = performance.now() + ms;
  await eventually(() => performance.now() >= until, { timeoutMs: ms * 2 });
}

describe('a remote port held by our own ghost', () => {
  it('is asked for until the ghost is gone, on one session, while the rest works', async () => {
    const sshd = await suite.sshd();
    const { server, knownHosts, cut } = suite.use(await startLineWithGhosts(sshd));
    await suite.knowHosts(knownHosts);
    const target = suite.use(await startBannerServer());
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const forwards = [localForward(local, target), remoteForward(remote, target)] as const;
    const { engine, profile } = await suite.open(server, forwards);
    const [ghost] = sshd.sessionPids();

    const endGhost = cut();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    const { state } = await engine.untilForward(profile, 1, 'retrying');
    expect(state).toMatchObject({
      error: { code: 'remoteForwardRefused', endpoint: { host: 'localhost', port: remote } },
    });
    const firstRetryAt = state.status === 'retrying' ? state.retryAt : 0;
    await expectGreeting(local);
    const sessions = sshd.sessionPids();
    expect(sessions).toHaveLength(2);
    expect(sessions).toContain(ghost);
    await eventually(() => {
      const now = engine.snapshot(profile.id).forwards[1]?.state;
      expect(now?.status === 'retrying' ? now.retryAt : 0).toBeGreaterThan(
        firstRetryAt + TEST_TIMINGS.remoteRetryMs,
      );
    });

    endGhost();
    await engine.untilForward(profile, 1, 'listening');
    await expectGreeting(remote);
    await eventually(() => expect(sshd.sessionPids()).toEqual(sessions.filter((pid) => pid !== ghost)));
  });
});

describe('stop', () => {
  it.each(['at once', 'dns', 'tcp', 'kex', 'auth', 'needsUser', 'open', 'waiting'] as const)(
    'leaves nothing behind: %s',
    async (moment) => {
      const { sshd, line, server } = await sshdBehindLine({ latencyMs: 20 });
      const target = suite.use(await startEchoServer());
      const [local, remote] = [await findFreePort(), await findFreePort()];
      if (moment === 'needsUser') await suite.knowHosts('');
      if (moment === 'waiting') await sshd.kill();
      const engine = suite.engine();
      const profile = testProfile(server, keyFile(server), [
        localForward(local, target),
        remoteForward(remote, target),
      ]);
      await engine.start(profile);
      const { status } = await engine.untilState(profile, (state) => hasReached(state, moment));
      if (moment === 'open') {
        const client = suite.use(await connectTcp(local));
        client.socket.write('hello');
        await client.waitFor('hello');
      }
      expect(status).toBeDefined();
      await engine.stop(profile);
      await engine.until(profile, 'stopped');
      // Said only once it is true.
      expect(socketsTo(line)).toEqual([]);
      expect(await isListening(local)).toBe(false);
      await eventually(async () => expect(await isListening(remote)).toBe(false));
      await eventually(() => expect(sshd.sessionPids()).toEqual([]));
      expect(engine.snapshot(profile.id).forwards).toEqual([]);
    },
  );

  it('and start in quick succession end as the last one says', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const forwards = [localForward(local, target), remoteForward(remote, target)] as const;
    const { engine, profile } = await suite.open(sshd, forwards);
    for (let round = 0; round < 5; round += 1) {
      await engine.stop(profile);
      await engine.start(profile);
    }
    await engine.until(profile, 'open');
    for (const index of [0, 1]) await engine.untilForward(profile, index, 'listening');
    await expectGreeting(local);
    await expectGreeting(remote);
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(1));
    await engine.start(profile);
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(0));
  });

  it('works on a dead line too, at once', async () => {
    const { line, server } = await sshdBehindLine();
    const target = suite.use(await startBannerServer());
    const { engine, profile } = await suite.open(server, [
      localForward(await findFreePort(), target),
      remoteForward(await findFreePort(), target),
    ]);
    line.stall();
    const startedAt = performance.now();
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(socketsTo(line)).toEqual([]);
  });
});

function hasReached(
  state: TunnelSnapshot['state'],
  moment: 'at once' | 'dns' | 'tcp' | 'kex' | 'auth' | 'needsUser' | 'open' | 'waiting',
): boolean {
  switch (moment) {
    case 'at once':
      return true;
    case 'dns':
    case 'tcp':
    case 'kex':
    case 'auth': {
      const phases = ['dns', 'tcp', 'kex', 'auth'];
      // A short phase may be over by the time that one looks.
      return state.status === 'connecting' && phases.indexOf(state.phase) >= phases.indexOf(moment);
    }
    default:
      return state.status === moment;
  }
}

describe('a failed tunnel', () => {
  it('starts afresh: new attempt, no old error, its ports free again', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const port = await findFreePort();
    const engine = suite.engine();
    const missing = { method: 'keyFile', keyFile: '/nonexistent/key' } as const;
    const profile = testProfile(sshd, missing, [localForward(port, target)]);
    await engine.start(profile);
    await engine.until(profile, 'failed');
    await eventually(async () => expect(await isListening(port)).toBe(false));
    await engine.start({ ...profile, login: keyFile(sshd) });
    await engine.until(profile, 'open');
    await engine.untilForward(profile, 0, 'listening');
    await expectGreeting(port);
    expect(engine.snapshot(profile.id)).toMatchObject({ state: { attempt: 1 }, lastError: null });
  });

  it('takes an edit of the login on with a new session, and keeps its local port', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [localForward(port, target)]);
    const [session] = sshd.sessionPids();
    await engine.update({ ...profile, legacyAlgorithms: true });
    await eventually(() => {
      const pids = sshd.sessionPids();
      expect(pids).toHaveLength(1);
      expect(pids).not.toContain(session);
    });
    await engine.until(profile, 'open');
    await expectGreeting(port);
    const states = (engine.history.get(profile.id) ?? []).map(({ forwards }) => forwards[0]?.state.status);
    expect(states.slice(states.indexOf('listening'))).not.toContain('opening');
  });
});
