import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { createClientKey } from '../support/client-keys.ts';
import { engineSuite } from '../support/engine-suite.ts';
import type { EngineUnderTest } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { entranceOf, profileThrough, startBehindLines } from '../support/jump-way.ts';
import { openTcpSockets } from '../support/leaks.ts';
import type { SshdOptions } from '../support/sshd.ts';
import { startBannerServer, startDigestServer, startSource } from '../support/targets.ts';
import { connectTcp, dialTcp, expectGreeting, hashToEnd } from '../support/tcp-client.ts';

const suite = engineSuite();

const servers = <Count extends 2 | 3>(count: Count, options?: readonly SshdOptions[]) =>
  startBehindLines(suite, count, options);

async function open(engine: EngineUnderTest, profile: Profile): Promise<void> {
  await engine.start(profile);
  await engine.until(profile, 'open');
  await engine.untilForward(profile, 0, 'listening');
}

describe('a tunnel by way of jump hosts', () => {
  it('carries a forward over two of them, to the last byte, and says on its way where it is', async () => {
    const [one, two, three] = await servers(3);
    const source = suite.use(await startSource(3_000_000));
    const profile = await profileThrough([one.server, two.server, three.server], source);
    const engine = suite.engine();
    await open(engine, profile);
    const got = await hashToEnd(await dialTcp(entranceOf(profile)));
    expect(got).toEqual({ bytes: source.bytes, sha256: source.sha256 });

    const steps = (engine.history.get(profile.id) ?? []).flatMap(({ state }) =>
      state.status === 'connecting' ? [`${state.phase} ${state.jump?.number ?? 'last'}`] : [],
    );
    const order = [...new Set(steps)].filter((step) => !step.startsWith('dns'));
    expect(order).toEqual([
      'tcp 1',
      'kex 1',
      'auth 1',
      'tcp 2',
      'kex 2',
      'auth 2',
      'tcp last',
      'kex last',
      'auth last',
    ]);
    // Only the first was dialled from here.
    const dialled = openTcpSockets().map(({ remote }) => remote);
    expect(dialled).toContain(`${one.line.host}:${one.line.port}`);
    expect(dialled).not.toContain(`${two.line.host}:${two.line.port}`);
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
  });

  it('answers after the client has ended its side, over a jump host too', async () => {
    const [one, two] = await servers(2);
    const digest = suite.use(await startDigestServer());
    const profile = await profileThrough([one.server, two.server], digest);
    const engine = suite.engine();
    await open(engine, profile);
    const client = await dialTcp(entranceOf(profile));
    client.end(Buffer.alloc(500_000, 7));
    const answer = await hashToEnd(client);
    await eventually(() => expect(digest.received()).toHaveLength(1));
    expect(digest.received()[0]).toMatchObject({ bytes: 500_000, endedCleanly: true });
    expect(answer.bytes).toBe(64);
  });

  it('asks about the key of each hop by the name of that hop', async () => {
    const [one, two] = await servers(2);
    await suite.knowHosts('');
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    const engine = suite.engine();
    await engine.start(profile);
    for (const { line } of [one, two]) {
      const prompt = await engine.untilPrompt(profile, 'unknownHostKey');
      expect(prompt).toMatchObject({ host: line.host, port: line.port });
      await engine.answer(profile, prompt.id, { kind: 'trust' });
      await engine.untilState(
        profile,
        (state) => state.status !== 'needsUser' || state.prompt.id !== prompt.id,
      );
    }
    await engine.until(profile, 'open');
  });

  it('names a hop whose key has changed, and does not go on', async () => {
    const [one, two] = await servers(2);
    await one.sshd.rotateHostKey();
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    const engine = suite.engine();
    await engine.start(profile);
    const { error } = await engine.until(profile, 'failed');
    expect(error).toMatchObject({ code: 'hostKeyChanged', port: one.line.port });
    expect(two.line.accepted()).toBe(0);
  });

  it.each([0, 1, 2])(
    'shows one cause, that of hop %i, when that dies, and is dug again in order',
    async (victim) => {
      const all = await servers(3);
      const target = suite.use(await startBannerServer());
      const profile = await profileThrough(
        all.map(({ server }) => server),
        target,
      );
      const engine = suite.engine();
      await open(engine, profile);
      const { sshd, line } = all[victim] as (typeof all)[number];
      const dialledBefore = all.map((each) => each.line.accepted());
      await sshd.kill();
      const { error } = await engine.until(profile, 'waiting');
      expect(error).toMatchObject({ port: line.port });
      const seen = new Set(
        (engine.history.get(profile.id) ?? []).flatMap(({ lastError }) =>
          lastError
            ? [`${lastError.error.code} ${'port' in lastError.error ? lastError.error.port : ''}`]
            : [],
        ),
      );
      expect([...seen], 'one cause').toHaveLength(1);
      await sshd.restart();
      await engine.until(profile, 'open');
      await engine.untilForward(profile, 0, 'listening');
      await expectGreeting(entranceOf(profile));
      // What lies before the one that died was kept, what lies after it was built anew.
      for (const [index, each] of all.entries()) {
        const again = each.line.accepted() - (dialledBefore[index] ?? 0);
        if (index < victim) expect(again, `hop ${index}`).toBe(0);
        else expect(again, `hop ${index}`).toBeGreaterThan(0);
      }
    },
  );

  it('names the hop that fell silent, not the server behind it', async () => {
    const [one, two] = await servers(2);
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    const engine = suite.engine({ keepalive: { intervalMs: 500, countMax: 1 } });
    await open(engine, profile);
    one.line.stall();
    const { error } = await engine.until(profile, 'waiting');
    expect(error).toMatchObject({ code: 'serverSilent', port: one.line.port });
    one.line.resume();
    await engine.until(profile, 'open');
  });

  it('says that a jump host could not connect, and tries again', async () => {
    const [one, two] = await servers(2);
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    await two.line.close();
    const engine = suite.engine();
    await engine.start(profile);
    const { error } = await engine.until(profile, 'waiting');
    expect(error).toMatchObject({
      code: 'jumpFailed',
      port: two.line.port,
      via: `${one.line.host}:${one.line.port}`,
    });
    // The jump host itself is kept for the next attempt.
    await engine.untilState(profile, (state) => state.status === 'waiting' && state.attempt > 1);
    expect(one.line.accepted()).toBe(1);
  });

  it('fails for good where a jump host forwards for nobody', async () => {
    const [one, two] = await servers(2, [{ allowTcpForwarding: 'no' }]);
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    const engine = suite.engine();
    await engine.start(profile);
    const { error } = await engine.until(profile, 'failed');
    expect(error).toMatchObject({ code: 'jumpNotPermitted', via: `${one.line.host}:${one.line.port}` });
    await eventually(() => expect(one.line.open()).toBe(0));
  });

  it('lets go of every hop on Stop, in the middle of its way too', async () => {
    const [one, two] = await servers(2);
    const target = suite.use(await startBannerServer());
    const profile = await profileThrough([one.server, two.server], target);
    const engine = suite.engine();
    two.line.stall();
    await engine.start(profile);
    await engine.untilState(
      profile,
      (state) => state.status === 'connecting' && state.phase === 'kex' && state.jump === undefined,
    );
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    expect(openTcpSockets().filter(({ remote }) => remote === `${one.line.host}:${one.line.port}`)).toEqual(
      [],
    );
  });
});

/** Two tunnels through one jump host, which takes an encrypted key. */
async function twoBehindLockedKey() {
  const key = await createClientKey({ passphrase: 'open sesame' });
  suite.use({ close: key.close });
  const [gate, left, right] = await servers(3, [{ authorizedKeys: [key.publicKeyLine] }]);
  const target = suite.use(await startBannerServer());
  const locked = { ...gate.server, identityFile: key.path };
  const a = await profileThrough([locked, left.server], target);
  const b = await profileThrough([locked, right.server], target);
  return { gate, a, b };
}

describe('two tunnels through the same jump host', () => {
  it('share its one session, which lives as long as one of them', async () => {
    const [gate, left, right] = await servers(3);
    const target = suite.use(await startBannerServer());
    const a = await profileThrough([gate.server, left.server], target);
    const b = await profileThrough([gate.server, right.server], target);
    const engine = suite.engine();
    await Promise.all([open(engine, a), open(engine, b)]);
    expect(gate.line.accepted()).toBe(1);
    await engine.stop(a);
    await engine.until(a, 'stopped');
    await expectGreeting(entranceOf(b));
    expect(gate.line.open()).toBe(1);
    await engine.stop(b);
    await engine.until(b, 'stopped');
    await eventually(() => expect(gate.line.open()).toBe(0));
  });

  it('share all of a longer way, whoever opened it and leaves first', async () => {
    const [outer, inner, last] = await servers(3);
    const target = suite.use(await startBannerServer());
    const way = [outer.server, inner.server, last.server];
    const a = await profileThrough(way, target);
    const b = await profileThrough(way, target);
    const engine = suite.engine();
    await open(engine, a);
    await open(engine, b);
    await engine.stop(a);
    await engine.until(a, 'stopped');
    await expectGreeting(entranceOf(b));
    expect(engine.snapshot(b.id).lastError).toBeNull();
    expect([outer.line.accepted(), inner.line.accepted()]).toEqual([1, 1]);
    await engine.stop(b);
    await engine.until(b, 'stopped');
    await eventually(() => expect([outer.line.open(), inner.line.open()]).toEqual([0, 0]));
  });

  it('are both told when it dies, and both come back over one new session', async () => {
    const [gate, left, right] = await servers(3);
    const target = suite.use(await startBannerServer());
    const a = await profileThrough([gate.server, left.server], target);
    const b = await profileThrough([gate.server, right.server], target);
    const engine = suite.engine();
    await Promise.all([open(engine, a), open(engine, b)]);
    gate.line.reset();
    for (const profile of [a, b]) {
      const state = await engine.untilState(profile, ({ status }) => status === 'waiting');
      expect(state).toMatchObject({ error: { code: 'connectionLost', port: gate.line.port } });
    }
    await Promise.all([engine.until(a, 'open'), engine.until(b, 'open')]);
    expect(gate.line.accepted()).toBe(2);
  });

  it('do not share it where they log in there differently', async () => {
    const [gate, left] = await servers(2);
    const target = suite.use(await startBannerServer());
    const a = await profileThrough([gate.server, left.server], target);
    const b = await profileThrough([gate.server, left.server], target);
    const other: Profile = {
      ...b,
      jumpHosts: (b.jumpHosts ?? []).map((each) => ({ ...each, legacyAlgorithms: true })),
    };
    const engine = suite.engine();
    await Promise.all([open(engine, a), open(engine, other)]);
    expect(gate.line.accepted()).toBe(2);
  });

  it('take one no for both of them', async () => {
    const [gate, left, right] = await servers(3);
    await suite.knowHosts('');
    const target = suite.use(await startBannerServer());
    const a = await profileThrough([gate.server, left.server], target);
    const b = await profileThrough([gate.server, right.server], target);
    const engine = suite.engine();
    await engine.start(a);
    const prompt = await engine.untilPrompt(a, 'unknownHostKey');
    await engine.start(b);
    await engine.untilState(
      b,
      (state) => state.status === 'connecting' && state.jump?.waitsForAnswer === true,
    );
    await engine.answer(a, prompt.id, { kind: 'cancel' });
    for (const profile of [a, b]) {
      const { error } = await engine.until(profile, 'failed');
      expect(error).toMatchObject({ code: 'hostKeyNotTrusted', port: gate.line.port });
    }
    expect(gate.line.accepted()).toBe(1);
    // The next start of either asks again.
    await engine.start(b);
    await engine.untilPrompt(b, 'unknownHostKey');
  });

  it('wait for one answer though the jump host hangs up meanwhile', async () => {
    const { gate, a, b } = await twoBehindLockedKey();
    const engine = suite.engine();
    await engine.start(a);
    const prompt = await engine.untilPrompt(a, 'passphrase');
    await engine.start(b);
    await engine.untilState(
      b,
      (state) => state.status === 'connecting' && state.jump?.waitsForAnswer === true,
    );
    gate.line.reset();
    await engine.untilState(a, (state) => state.status === 'needsUser' && !state.sessionLives);
    await engine.answer(a, prompt.id, { kind: 'secret', secret: 'open sesame', remember: false });
    await Promise.all([engine.until(a, 'open'), engine.until(b, 'open')]);
    const statuses = (engine.history.get(b.id) ?? []).map(({ state }) => state.status);
    expect(statuses).not.toContain('needsUser');
    expect(statuses).not.toContain('waiting');
  });

  it('ask one question between them, and the next one asks when the first is stopped', async () => {
    const { a, b } = await twoBehindLockedKey();
    const engine = suite.engine();
    await engine.start(a);
    await engine.untilPrompt(a, 'passphrase');
    await engine.start(b);
    await engine.untilState(b, (state) => state.status === 'connecting');
    await engine.stop(a);
    await engine.until(a, 'stopped');
    const prompt = await engine.untilPrompt(b, 'passphrase');
    await engine.start(a);
    await engine.untilState(a, (state) => state.status === 'connecting');
    await engine.answer(b, prompt.id, { kind: 'secret', secret: 'open sesame', remember: false });
    await Promise.all([engine.until(a, 'open'), engine.until(b, 'open')]);
    const asked = [a, b].map(({ id }) =>
      (engine.history.get(id) ?? []).filter(({ state }) => state.status === 'needsUser'),
    );
    expect(new Set(asked[0]?.map(({ state }) => JSON.stringify(state))).size).toBe(1);
    expect(new Set(asked[1]?.map(({ state }) => JSON.stringify(state))).size).toBe(1);
    await expectGreeting(entranceOf(a));
    const client = await connectTcp(entranceOf(b));
    await client.close();
  });
});
