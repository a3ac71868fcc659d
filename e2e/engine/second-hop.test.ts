import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findHopClients, type HopClient } from '#shared/hop-client.ts';
import type { Profile } from '#shared/profile.ts';
import { HOP_TOOLS, type HopTool, hopAgreedFor, type SecondHop } from '#shared/second-hop.ts';
import { serverLookSchema } from '#shared/server-look.ts';
import { engineSuite, keyFile, type TunnelServer } from '../support/engine-suite.ts';
import { type EngineUnderTest, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startLagClock } from '../support/machine-lag.ts';
import { processesWithEnvironment } from '../support/process-tree.ts';
import { runEngineProgram } from '../support/run-engine-program.ts';
import { createFakeTools } from '../support/server-tools.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';

const suite = engineSuite();

/** An address of the server where the remote forward itself, under `GatewayPorts no`, does not listen. */
const ELSEWHERE = '127.0.0.2';

interface Planned {
  readonly profile: Profile;
  readonly entrance: number;
  readonly hopPort: number;
}

/** A remote forward to a banner, with a second hop that was agreed to. */
async function plan(
  server: TunnelServer,
  tool: HopTool = 'socat',
  change: Partial<SecondHop> = {},
): Promise<Planned> {
  const target = suite.use(await startBannerServer());
  const [entrance, hopPort] = [await findFreePort(), await findFreePort()];
  const plain = remoteForward(entrance, target, '*');
  const secondHop = { port: hopPort, tool, agreedFor: hopAgreedFor(server, plain), ...change };
  const forward = { ...plain, exposureConfirmedFor: '*', secondHop };
  return { profile: testProfile(server, keyFile(server), [forward]), entrance, hopPort };
}

async function untilHop(engine: EngineUnderTest, { id }: Profile, status: string) {
  return eventually(() => {
    const hop = engine.snapshot(id).forwards[0]?.secondHop;
    expect(hop?.status).toBe(status);
    return hop;
  });
}

/** Who is behind the hop, from one list of connections and one look at the server. */
async function lookBehind(
  { engine: { handlers } }: EngineUnderTest,
  { profile: { id, forwards }, entrance, hopPort }: Planned,
): Promise<readonly HopClient[]> {
  const list = await handlers['connections.list']({ id });
  const reply = await handlers['listeners.listServer']({ id });
  if (!list.ok || !reply.ok) throw new Error('The engine did not answer.');
  const look = serverLookSchema.parse(reply.value);
  const hops = new Map(forwards.map((forward) => [forward.id, { port: hopPort, entrance }]));
  const found = findHopClients(list.value.connections, hops, look.status === 'seen' ? look : null);
  return [...found.values()];
}

const untilGone = (port: number) =>
  eventually(async () => expect(await isListening(port, ELSEWHERE)).toBe(false));

describe.each(HOP_TOOLS)('a second hop by %s', (tool) => {
  it('opens to others what the server keeps to itself, and goes with the tunnel', async () => {
    const sshd = await suite.sshd();
    const { profile, entrance, hopPort } = await plan(sshd, tool);
    const engine = suite.engine();
    await engine.start(profile);
    expect(await untilHop(engine, profile, 'open')).toMatchObject({ bound: { host: '*', port: hopPort } });
    await expectGreeting(entrance);
    expect(await isListening(entrance, ELSEWHERE)).toBe(false);
    await expectGreeting(hopPort, '* OK', ELSEWHERE);

    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    await untilGone(hopPort);
    await eventually(() => expect(sshd.sessionPids()).toEqual([]));
  });

  it('does not hide who comes through it, as far as the server’s processes tell', async () => {
    const planned = await plan(await suite.sshd(), tool);
    const engine = suite.engine();
    await engine.start(planned.profile);
    await untilHop(engine, planned.profile, 'open');
    const greeted = async () => {
      const client = suite.use(await connectTcp(planned.hopPort, ELSEWHERE));
      await client.waitFor('* OK');
      return { kind: 'seen', client: { host: '127.0.0.1', port: client.socket.localPort } };
    };
    const one = await greeted();
    await eventually(async () => expect(await lookBehind(engine, planned)).toEqual([one]));
    const two = await greeted();
    // socat has a process for each client, Python one for all.
    const among = { kind: 'among', clients: 2, host: '127.0.0.1' };
    const both = tool === 'socat' ? [one, two] : [among, among];
    await eventually(async () => expect(await lookBehind(engine, planned)).toEqual(both));
  });

  it('is dug again after the server died, at the same port', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd, tool);
    const engine = suite.engine();
    await engine.start(profile);
    await untilHop(engine, profile, 'open');
    await sshd.kill();
    await engine.until(profile, 'waiting');
    await untilHop(engine, profile, 'waiting');
    await sshd.restart();
    await engine.engine.handlers['engine.wake'](null);
    await engine.until(profile, 'open');
    await untilHop(engine, profile, 'open');
    await expectGreeting(hopPort, '* OK', ELSEWHERE);
  });

  it('ends within 5 s when our process is killed', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd, tool);
    const program = suite.use(await runEngineProgram(profile, suite.knownHostsFile()));
    await eventually(() => expectGreeting(hopPort, '* OK', ELSEWHERE));
    const clock = startLagClock();
    program.child.kill('SIGKILL');
    await untilGone(hopPort);
    expect(await clock.elapsedMs()).toBeLessThan(5_000);
  });
});

describe('a proposal', () => {
  async function propose(server: TunnelServer, port: number | null) {
    const { profile, entrance } = await plan(server);
    const forwards = profile.forwards.map((forward) => ({ ...forward, secondHop: undefined }));
    const engine = suite.engine();
    await engine.start({ ...profile, forwards });
    await engine.untilForward(profile, 0, 'listening');
    const [forward] = profile.forwards;
    const wish = { id: profile.id, forwardId: forward?.id ?? '', port };
    return { entrance, reply: await engine.engine.handlers['secondHops.propose'](wish) };
  }

  it('says what would run, and under which account, and runs none of it', async () => {
    const sshd = await suite.sshd();
    const { entrance, reply } = await propose(sshd, null);
    expect(reply).toMatchObject({
      ok: true,
      value: {
        account: sshd.user,
        agreedFor: expect.stringContaining(`${sshd.user}@${sshd.host}:${sshd.port}, *:${entrance} to `),
        target: { host: '127.0.0.1', port: entrance },
        plans: [{ tool: 'socat' }, { tool: 'python3' }],
      },
    });
    if (!reply.ok) throw new Error('It was refused.');
    const { port, plans } = reply.value;
    expect(port).not.toBe(entrance);
    for (const { script } of plans) expect(script).toContain(String(port));
    expect(await isListening(port, ELSEWHERE)).toBe(false);
  });

  it('is made for the port that is wished for', async () => {
    const sshd = await suite.sshd();
    const { reply } = await propose(sshd, 43210);
    expect(reply).toMatchObject({ ok: true, value: { port: 43210 } });
    expect(JSON.stringify(reply)).toContain('socat TCP-LISTEN:43210,fork');
  });

  it('says whether the port that is wished for can be had', async () => {
    const sshd = await suite.sshd();
    const { profile, entrance } = await plan(sshd);
    const forwards = profile.forwards.map((forward) => ({ ...forward, secondHop: undefined }));
    const engine = suite.engine();
    await engine.start({ ...profile, forwards });
    await engine.untilForward(profile, 0, 'listening');
    const remarkOn = async (port: number | null) => {
      const wish = { id: profile.id, forwardId: profile.forwards[0]?.id ?? '', port };
      const reply = await engine.engine.handlers['secondHops.propose'](wish);
      return reply.ok && reply.value.portRemark;
    };
    expect(await remarkOn(null)).toBe('free');
    expect(await remarkOn(entrance)).toBe('taken');
    expect(await remarkOn(sshd.port)).toBe('taken');
    const freeFrom = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    expect(await remarkOn(1)).toBe(freeFrom > 1 ? 'privileged' : 'free');
  });

  it('is made with what answers, and nothing that hangs is left behind', async () => {
    const word = randomUUID();
    const hang = `trap '' TERM HUP; sleep 1000; echo ${word}`;
    const tools = suite.use(await createFakeTools({ python3: hang }));
    const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${tools.searchPath} WORD=${word}`] });
    const { reply } = await propose(sshd, null);
    expect(reply).toMatchObject({ ok: true, value: { account: sshd.user, plans: [{ tool: 'socat' }] } });
    await eventually(() => expect(processesWithEnvironment(word)).toEqual([]));
  });

  it('is not made from a flood, which is called that', async () => {
    const tools = suite.use(await createFakeTools({ id: 'exec yes' }));
    const sshd = await suite.sshd({ extraConfig: [`SetEnv PATH=${tools.searchPath}`] });
    const { reply } = await propose(sshd, null);
    expect(reply).toMatchObject({ ok: false, error: { message: expect.stringContaining('more than') } });
  });

  it.each([
    ['allows no sessions', { maxSessions: 0 }],
    ['runs something else instead', { extraConfig: ['ForceCommand echo "Nothing for you."'] }],
  ] as const)('is not made by a server that %s, which is said', async (_how, settings) => {
    const sshd = await suite.sshd(settings);
    const { reply } = await propose(sshd, null);
    expect(reply).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        message: expect.stringMatching(/runs no commands for you.*clientspecified/),
      },
    });
  });

  it('needs an open tunnel', async () => {
    const engine = suite.engine();
    const wish = { id: randomUUID(), forwardId: randomUUID(), port: null };
    expect(await engine.engine.handlers['secondHops.propose'](wish)).toMatchObject({
      ok: false,
      error: { code: 'notNow' },
    });
  });
});

describe('a second hop', () => {
  it('is dug and filled in on an open tunnel, without a reconnect and without touching the forward', async () => {
    const sshd = await suite.sshd();
    const { profile, entrance, hopPort } = await plan(sshd);
    const [forward] = profile.forwards;
    if (forward?.kind !== 'remote') throw new Error('A remote forward was planned.');
    const { secondHop: _none, ...plain } = forward;
    const engine = suite.engine();
    await engine.start({ ...profile, forwards: [plain] });
    await engine.untilForward(profile, 0, 'listening');
    expect(engine.snapshot(profile.id).forwards[0]).not.toHaveProperty('secondHop');

    await engine.update(profile);
    await untilHop(engine, profile, 'open');
    const elsewhere = await findFreePort();
    await engine.update({
      ...profile,
      forwards: [{ ...plain, secondHop: { ...hop(forward), port: elsewhere } }],
    });
    await eventually(() => expectGreeting(elsewhere, '* OK', ELSEWHERE));
    await untilGone(hopPort);

    await engine.update({ ...profile, forwards: [plain] });
    await untilGone(elsewhere);
    expect(engine.snapshot(profile.id).forwards[0]).not.toHaveProperty('secondHop');
    await expectGreeting(entrance);
    expect(engine.history.get(profile.id)?.filter(({ state }) => state.status === 'connecting').length).toBe(
      engine.history.get(profile.id)?.findIndex(({ state }) => state.status === 'open'),
    );
  });

  it('is dug only for a forward that others are to reach, and that lets in anyone', async () => {
    const sshd = await suite.sshd();
    const { profile, entrance, hopPort } = await plan(sshd);
    const [forward] = profile.forwards;
    if (!forward) throw new Error('A forward was planned.');
    const engine = suite.engine();
    const change = (changed: Partial<typeof forward>) =>
      engine.update({ ...profile, forwards: [{ ...forward, ...changed } as typeof forward] });
    await engine.start(profile);
    await untilHop(engine, profile, 'open');
    await change({ allowFrom: ['192.0.2.1/32'] });
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({ error: { reason: 'hidesSources' } });
    await untilGone(hopPort);
    await change({});
    await untilHop(engine, profile, 'open');
    await change({ bind: { address: 'localhost', port: entrance } });
    await untilGone(hopPort);
    await engine.untilForward(profile, 0, 'listening');
    expect(engine.snapshot(profile.id).forwards[0]).not.toHaveProperty('secondHop');
  });

  it('goes with its forward when that is switched off, and comes back with it', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd);
    const engine = suite.engine();
    await engine.start(profile);
    await untilHop(engine, profile, 'open');
    const [forward] = profile.forwards;
    if (!forward) throw new Error('A forward was planned.');
    await engine.update({ ...profile, forwards: [{ ...forward, enabled: false }] });
    await untilGone(hopPort);
    await engine.update(profile);
    await untilHop(engine, profile, 'open');
    await expectGreeting(hopPort, '* OK', ELSEWHERE);
  });

  it('is dug again when its program is killed on the server', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd);
    const engine = suite.engine();
    await engine.start(profile);
    await untilHop(engine, profile, 'open');
    const listener = execFileSync('pgrep', ['-f', `^socat .*-LISTEN:${hopPort},`], { encoding: 'utf8' });
    process.kill(Number(listener), 'SIGKILL');
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({ error: { reason: 'ended' } });
    await untilHop(engine, profile, 'open');
    await expectGreeting(hopPort, '* OK', ELSEWHERE);
  });

  it('says that its port is taken, and is dug as soon as it is free', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd);
    const taken = await startBannerServer({ port: hopPort, host: '0.0.0.0' });
    suite.use(taken);
    const engine = suite.engine();
    await engine.start(profile);
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({
      error: { code: 'secondHopFailed', reason: 'portInUse', port: hopPort },
      retryAt: expect.any(Number),
    });
    const since = engine.history.get(profile.id)?.length;
    await eventually(() => {
      const hop = engine.snapshot(profile.id).forwards[0]?.secondHop;
      expect(hop?.status === 'failed' && hop.retryAt).toBeGreaterThan(Date.now() + 500);
    });
    const told = engine.history.get(profile.id)?.slice(since) ?? [];
    expect(new Set(told.map(({ forwards }) => forwards[0]?.secondHop?.status)), 'no flicker').toEqual(
      new Set(['failed']),
    );
    await taken.close();
    await untilHop(engine, profile, 'open');
  });

  it('says that another hop of ours has its port', async () => {
    const sshd = await suite.sshd();
    const first = await plan(sshd);
    const second = await plan(sshd, 'python3', { port: first.hopPort });
    const named = { ...first.profile, name: 'Files' };
    const engine = suite.engine();
    await engine.start(named);
    await untilHop(engine, named, 'open');
    await engine.start(second.profile);
    expect(await untilHop(engine, second.profile, 'failed')).toMatchObject({
      error: { reason: 'portIsOurs', detail: expect.stringMatching(/^your own second hop of .+ “Files”$/) },
    });
    await engine.stop(named);
    await untilHop(engine, second.profile, 'open');
  });

  it('does not lead to another target than the user agreed to', async () => {
    const sshd = await suite.sshd();
    const { profile, hopPort } = await plan(sshd);
    const [forward] = profile.forwards;
    if (forward?.kind !== 'remote') throw new Error('A remote forward was planned.');
    const engine = suite.engine();
    await engine.start(profile);
    await untilHop(engine, profile, 'open');
    const other = suite.use(await startBannerServer());
    await engine.update({
      ...profile,
      forwards: [{ ...forward, target: { host: other.host, port: other.port } }],
    });
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({ error: { reason: 'notAgreed' } });
    await untilGone(hopPort);
  });

  it('waits where the only place is taken by another, and is dug when that ends', async () => {
    const sshd = await suite.sshd({ maxSessions: 1 });
    const [one, two] = [await plan(sshd), await plan(sshd)];
    const forwards = [...one.profile.forwards, ...two.profile.forwards];
    const engine = suite.engine();
    const profile = { ...one.profile, forwards };
    await engine.start(profile);
    const hops = () => engine.snapshot(profile.id).forwards.map(({ secondHop }) => secondHop);
    const found = await eventually(() => {
      const statuses = hops().map((each) => each?.status);
      expect(statuses.toSorted()).toEqual(['failed', 'open']);
      return statuses;
    });
    const busy = found.indexOf('failed');
    expect(hops()[busy]).toMatchObject({ error: { reason: 'busy' }, retryAt: expect.any(Number) });
    const left = forwards.map((each, index) => (index === busy ? each : { ...each, enabled: false }));
    await engine.update({ ...profile, forwards: left });
    await eventually(() => expect(hops()[busy]?.status).toBe('open'));
  });

  it('is not dug for another account or server than the user agreed to', async () => {
    const sshd = await suite.sshd();
    const planned = await plan(sshd, 'socat', { agreedFor: 'somebody@else:22' });
    const { entrance, hopPort } = planned;
    // A look at the server is a command too.
    const profile = { ...planned.profile, looksAtServer: false };
    const engine = suite.engine();
    await engine.start(profile);
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({
      error: { reason: 'notAgreed' },
      retryAt: null,
    });
    await expectGreeting(entrance);
    expect(await isListening(hopPort, ELSEWHERE)).toBe(false);
    expect(sshd.log()).not.toMatch(/Starting session/);
  });

  it.each([
    ['allows no sessions', { maxSessions: 0 }],
    ['runs something else instead', { extraConfig: ['ForceCommand echo "Nothing for you."'] }],
  ] as const)('says so when the server %s, and the forward stays', async (_how, settings) => {
    const sshd = await suite.sshd(settings);
    const { profile, entrance } = await plan(sshd);
    const engine = suite.engine();
    await engine.start(profile);
    expect(await untilHop(engine, profile, 'failed')).toMatchObject({ error: { reason: 'noCommands' } });
    await expectGreeting(entrance);
  });
});

function hop(forward: { readonly secondHop?: SecondHop | undefined }): SecondHop {
  if (!forward.secondHop) throw new Error('A hop was planned.');
  return forward.secondHop;
}
