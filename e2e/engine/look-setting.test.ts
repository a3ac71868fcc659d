import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { type EngineUnderTest, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import type { Sshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

/** What sshd's log says of every channel that asks for a command (exec) or a shell. */
const commandsRun = (sshd: Sshd) => sshd.log().match(/Starting session: /g)?.length ?? 0;

async function profileOf(sshd: Sshd, looksAtServer: boolean, port: number): Promise<Profile> {
  const target = suite.use(await startBannerServer());
  const forward = { ...remoteForward(port, target, '*'), exposureConfirmedFor: '*' };
  return { ...testProfile(sshd, keyFile(sshd), [forward]), looksAtServer };
}

async function open(profile: Profile): Promise<EngineUnderTest> {
  const engine = suite.engine({ remoteRetryMs: 100 });
  await engine.start(profile);
  await engine.untilForward(profile, 0, 'listening');
  return engine;
}

const stateOf = (engine: EngineUnderTest, { id }: Profile) => engine.snapshot(id).forwards[0]?.state;

const untilUnseen = (engine: EngineUnderTest, profile: Profile) =>
  eventually(() => expect(stateOf(engine, profile)).toMatchObject({ seen: null, unseen: 'notWanted' }));

const untilSeen = (engine: EngineUnderTest, profile: Profile) =>
  eventually(() => expect(stateOf(engine, profile)).toMatchObject({ seen: { verdict: 'loopbackOnly' } }));

const look = (engine: EngineUnderTest, { id }: Profile) =>
  engine.engine.handlers['listeners.listServer']({ id });

describe('a profile that says not to look at the server', () => {
  it('has no command run there, by the log of sshd: not for a look, a session or a lost one', async () => {
    const sshd = await suite.sshd();
    const port = await findFreePort();
    const profile = await profileOf(sshd, false, port);
    const engine = await open(profile);
    await untilUnseen(engine, profile);
    expect(await look(engine, profile)).toMatchObject({ ok: true, value: { status: 'notWanted' } });
    await expectGreeting(port);

    await sshd.dropSessions();
    await eventually(() => expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(2));
    await engine.untilForward(profile, 0, 'listening');
    await untilUnseen(engine, profile);
    expect(await look(engine, profile)).toMatchObject({ ok: true, value: { status: 'notWanted' } });
    expect(commandsRun(sshd)).toBe(0);
  });

  it('is not told who holds a port that the server refuses, as that would have to be asked', async () => {
    const sshd = await suite.sshd();
    const holder = suite.use(await startBannerServer());
    suite.use(await startBannerServer({ port: holder.port, host: '::1' }));
    const profile = await profileOf(sshd, false, holder.port);
    const engine = suite.engine();
    await engine.start(profile);
    const { state } = await engine.untilForward(profile, 0, 'refused');
    await look(engine, profile);
    expect(state).toMatchObject({ error: { code: 'remoteForwardRefused' } });
    expect(JSON.stringify(stateOf(engine, profile))).not.toContain('holder');
    expect(commandsRun(sshd)).toBe(0);
  });

  it('is what tells it from one that does: there, commands are run and the entrance is seen', async () => {
    const sshd = await suite.sshd();
    const profile = await profileOf(sshd, true, await findFreePort());
    const engine = await open(profile);
    await untilSeen(engine, profile);
    expect(commandsRun(sshd)).toBeGreaterThan(0);
  });

  it('can say so at any time, without a reconnect: what was seen is forgotten, and is seen again after a yes', async () => {
    const sshd = await suite.sshd();
    const profile = await profileOf(sshd, true, await findFreePort());
    const engine = await open(profile);
    await untilSeen(engine, profile);
    const sessions = sshd.sessionPids();

    await engine.update({ ...profile, looksAtServer: false });
    await untilUnseen(engine, profile);
    const before = commandsRun(sshd);
    expect(await look(engine, profile)).toMatchObject({ value: { status: 'notWanted' } });
    expect(commandsRun(sshd)).toBe(before);

    await engine.update({ ...profile, looksAtServer: true });
    await untilSeen(engine, profile);
    expect(commandsRun(sshd)).toBeGreaterThan(before);
    expect(sshd.sessionPids()).toEqual(sessions);
  });
});
