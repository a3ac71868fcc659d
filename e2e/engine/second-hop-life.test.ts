import { randomUUID } from 'node:crypto';
import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { HOP_TOOLS, type HopState } from '#shared/second-hop.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { forwardWithHop } from '../support/hop-profile.ts';
import { knownHostsLines } from '../support/host-keys.ts';
import { startLagClock } from '../support/machine-lag.ts';
import { processesWithEnvironment } from '../support/process-tree.ts';
import { createFakeTools } from '../support/server-tools.ts';
import { startBannerServer, startSink } from '../support/targets.ts';
import { closeSocket, dialTcp, expectGreeting, isListening } from '../support/tcp-client.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const suite = engineSuite();

/** An address of the server where the remote forward itself, under `GatewayPorts no`, does not listen. */
const ELSEWHERE = '127.0.0.2';

/** Longer than a hop goes on without hearing of us. */
const BEYOND_ITS_PATIENCE_MS = 6_000;

/** Waits until all hops of the tunnel are as wished. */
async function untilHops(engine: EngineUnderTest, { id, forwards }: Profile, wished: Partial<HopState>) {
  const ids = forwards.flatMap((forward) =>
    forward.kind === 'remote' && forward.secondHop ? forward.id : [],
  );
  await eventually(() => {
    const found = engine.snapshot(id).forwards.filter((forward) => ids.includes(forward.id));
    expect(found.map(({ secondHop }) => secondHop)).toEqual(ids.map(() => expect.objectContaining(wished)));
  });
}

const hopOf = (engine: EngineUnderTest, { id }: Profile): HopState | undefined =>
  engine.snapshot(id).forwards[0]?.secondHop;

/** Sends as fast as it may, for ever. */
function flood(socket: net.Socket): void {
  const bytes = Buffer.alloc(65_536);
  const send = () => {
    while (socket.writable && socket.write(bytes));
  };
  socket.on('drain', send);
  send();
}

/** Clients that say nothing. */
async function dialMany(count: number, port: number): Promise<readonly net.Socket[]> {
  const clients = await Promise.all(Array.from({ length: count }, () => dialTcp(port, ELSEWHERE)));
  suite.use({ close: async () => void (await Promise.all(clients.map(closeSocket))) });
  return clients;
}

describe('second hops', () => {
  it('stay open however long an upload keeps our word from them, and end within 5 s when nothing comes any more', async () => {
    const word = randomUUID();
    const [target, sink] = [suite.use(await startBannerServer()), suite.use(await startSink())];
    const sshd = await suite.sshd({ extraConfig: [`SetEnv WORD=${word}`] });
    // In it stand up to 4 MiB: our word takes longer than the test.
    const line = suite.use(await startTcpProxy({ to: sshd }));
    await suite.knowHosts(knownHostsLines(line.host, line.port, sshd.hostKeys));
    const uploads = localForward(await findFreePort(), sink);
    const server = { ...sshd, host: line.host, port: line.port };
    const hops = await Promise.all(HOP_TOOLS.map((tool) => forwardWithHop(server, target, tool)));
    const forwards = [...hops.map(({ forward }) => forward), uploads];
    const profile = { ...testProfile(server, keyFile(server), forwards), looksAtServer: false };
    const engine = suite.engine({ keepalive: { intervalMs: 30_000, countMax: 3 } });
    await engine.start(profile);
    await untilHops(engine, profile, { status: 'open' });

    line.setBandwidth(250_000);
    const upload = await dialTcp(uploads.bind.port);
    suite.use({ close: () => closeSocket(upload) });
    flood(upload);
    const startedAt = performance.now();
    await eventually(() => expect(performance.now() - startedAt).toBeGreaterThan(BEYOND_ITS_PATIENCE_MS));
    await untilHops(engine, profile, { status: 'open' });
    for (const { hopPort } of hops) expect(await isListening(hopPort, ELSEWHERE)).toBe(true);
    const told = engine.history.get(profile.id)?.flatMap(({ forwards }) => forwards) ?? [];
    expect(told.map(({ secondHop }) => secondHop?.status)).not.toContain('failed');

    line.stall();
    const clock = startLagClock();
    for (const { hopPort } of hops) {
      await eventually(async () => expect(await isListening(hopPort, ELSEWHERE)).toBe(false));
    }
    expect(await clock.elapsedMs()).toBeLessThan(5_000);
    await eventually(() => expect(processesWithEnvironment(word)).toEqual([]));
    // Neither side has noticed that the other is gone; but the hops were not heard of.
    await untilHops(engine, profile, { status: 'unheard', lastHeardAt: expect.any(Number) });
    expect(await clock.elapsedMs()).toBeLessThan(8_000);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
    line.reset();
  });
});

describe('a second hop on a server that is short of files', () => {
  it('says that it is full, and serves on when clients have come and gone', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ within: ['prlimit', '--nofile=64:64'] });
    const { forward, hopPort } = await forwardWithHop(sshd, target, 'python3');
    const { engine, profile } = await suite.open(sshd, [forward]);
    await untilHops(engine, profile, { status: 'open' });
    const clients = await dialMany(80, hopPort);
    await untilHops(engine, profile, { status: 'open', fullWith: expect.any(Number) as number });
    for (const client of clients) client.resetAndDestroy();
    await eventually(() => expectGreeting(hopPort, '* OK', ELSEWHERE));
    await eventually(() => expect(hopOf(engine, profile)).not.toHaveProperty('fullWith'));
  });
});

describe('a second hop that cannot see what comes for its session', () => {
  it('goes by our lines alone, also where ss hangs', async () => {
    const target = suite.use(await startBannerServer());
    const tools = suite.use(await createFakeTools({ ss: 'sleep 1000' }));
    const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${tools.searchPath}`] });
    const line = suite.use(await startTcpProxy({ to: sshd }));
    await suite.knowHosts(knownHostsLines(line.host, line.port, sshd.hostKeys));
    const server = { ...sshd, host: line.host, port: line.port };
    const hops = await Promise.all(HOP_TOOLS.map((tool) => forwardWithHop(server, target, tool)));
    const forwards = hops.map(({ forward }) => forward);
    const profile = { ...testProfile(server, keyFile(server), forwards), looksAtServer: false };
    const engine = suite.engine({ keepalive: { intervalMs: 30_000, countMax: 3 } });
    await engine.start(profile);
    await untilHops(engine, profile, { status: 'open' });
    line.stall();
    const clock = startLagClock();
    for (const { hopPort } of hops) {
      await eventually(async () => expect(await isListening(hopPort, ELSEWHERE)).toBe(false));
    }
    expect(await clock.elapsedMs()).toBeLessThan(5_000);
    line.reset();
  });
});

describe('a second hop on a server of one session at a time', () => {
  it('has the session, which is why nobody can look where the forward listens', async () => {
    const target = suite.use(await startBannerServer());
    const sshd = await suite.sshd({ maxSessions: 1 });
    const { forward } = await forwardWithHop(sshd, target, 'socat');
    const plain = { ...forward, secondHop: undefined } as typeof forward;
    const { engine, profile } = await suite.open({ ...sshd }, [forward]);
    await untilHops(engine, profile, { status: 'open' });
    // Whoever came first had the session: a second forward is looked for once the hop has it.
    const second = {
      ...plain,
      id: randomUUID(),
      bind: { address: '*', port: await findFreePort() },
    } as typeof forward;
    await engine.update({ ...profile, forwards: [forward, second] });
    await engine.untilForward(profile, 1, 'listening');
    await eventually(() =>
      expect(engine.snapshot(profile.id).forwards[1]?.state).toMatchObject({
        seen: null,
        unseen: 'hopHasSession',
      }),
    );
  });
});
