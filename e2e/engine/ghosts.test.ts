import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import type { RemotePortHolder } from '#shared/remote-port-holder.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { type EngineUnderTest, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startLineWithGhosts } from '../support/line-with-ghosts.ts';
import type { SshdSettings } from '../support/sshd-config.ts';
import { startBannerServer } from '../support/targets.ts';
import { expectGreeting } from '../support/tcp-client.ts';

const suite = engineSuite();

function holderOf(engine: EngineUnderTest, { id }: Profile, index = 0): RemotePortHolder | undefined {
  const state = engine.snapshot(id).forwards[index]?.state;
  if (state?.status !== 'retrying' && state?.status !== 'refused') return undefined;
  return state.error.code === 'remoteForwardRefused' ? state.error.holder : undefined;
}

const untilHolder = (engine: EngineUnderTest, profile: Profile, kind: RemotePortHolder['kind']) =>
  eventually(() => {
    const holder = holderOf(engine, profile);
    expect(holder?.kind).toBe(kind);
    return holder;
  });

/** A tunnel whose remote port is held by the ghost of its own first session. */
async function haunted(settings: SshdSettings = {}) {
  const sshd = await suite.sshd(settings);
  const { server, knownHosts, cut } = suite.use(await startLineWithGhosts(sshd));
  await suite.knowHosts(knownHosts);
  const target = suite.use(await startBannerServer());
  const port = await findFreePort();
  const { engine, profile } = await suite.open(server, [remoteForward(port, target)]);
  if (settings.maxSessions !== 0) {
    // It has been looked at, and with that the session has learned its own process.
    await eventually(() => {
      const state = engine.snapshot(profile.id).forwards[0]?.state;
      expect(state?.status === 'listening' && state.seen).toBeTruthy();
    });
    await eventually(() => expect(sshd.log().match(/Close session/g)).toHaveLength(2));
    // What the server said before this has arrived by now.
    await expectGreeting(port);
  }
  const endGhost = cut();
  await engine.until(profile, 'waiting');
  await engine.until(profile, 'open');
  return { sshd, server, target, engine, profile, port, endGhost };
}

describe('a remote port that is held by our own dead session', () => {
  it('is known by that, with the process and its age', async () => {
    const { sshd, engine, profile } = await haunted();
    const holder = await untilHolder(engine, profile, 'ghost');
    if (holder?.kind !== 'ghost') throw new Error('It is a ghost.');
    expect(sshd.sessionPids()).toHaveLength(2);
    expect(Date.now() - holder.since).toBeLessThan(60_000);
    // Said again with every try, with the next one counted down.
    const first = engine.snapshot(profile.id).forwards[0]?.state;
    await eventually(() => {
      const state = engine.snapshot(profile.id).forwards[0]?.state;
      expect(state?.status === 'retrying' && first?.status === 'retrying' && state.retryAt).toBeGreaterThan(
        first?.status === 'retrying' ? first.retryAt : Number.POSITIVE_INFINITY,
      );
    });
    expect(holderOf(engine, profile)).toEqual(holder);
  });

  it('is free at once when the ghost is ended, and nothing else is touched', async () => {
    const { sshd, engine, profile, port } = await haunted();
    const holder = await untilHolder(engine, profile, 'ghost');
    if (holder?.kind !== 'ghost') throw new Error('It is a ghost.');
    const { since } = await engine.until(profile, 'open');
    const wish = { id: profile.id, forwardId: profile.forwards[0]?.id ?? '', pid: holder.pid };
    expect(await engine.engine.handlers['ghosts.end'](wish)).toEqual({ ok: true, value: null });
    await engine.untilForward(profile, 0, 'listening');
    await expectGreeting(port);
    expect(await engine.until(profile, 'open')).toMatchObject({ since });
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(1));
    // Once is enough: it is no ghost of ours any more, whatever has that number now.
    expect(await engine.engine.handlers['ghosts.end'](wish)).toMatchObject({ ok: true });
    expect(await engine.engine.handlers['ghosts.end']({ ...wish, pid: process.pid })).toMatchObject({
      ok: false,
      error: { code: 'notNow', message: 'That session is not there any more.' },
    });
  });

  it('is no excuse for another forward’s port, which it does not hold', async () => {
    const { server, target, engine, profile } = await haunted();
    await untilHolder(engine, profile, 'ghost');
    // Another session of the same account looks just like the ghost there.
    const taken = await findFreePort();
    const stranger = suite.engine();
    const theirs = testProfile(server, keyFile(server), [remoteForward(taken, target)]);
    await stranger.start(theirs);
    await stranger.untilForward(theirs, 0, 'listening');
    await eventually(async () => {
      const looked = await engine.engine.handlers['listeners.listServer']({ id: profile.id });
      expect(JSON.stringify(looked)).toContain(`"port":${taken},`);
    });
    const forwards = [...profile.forwards, remoteForward(taken, target)];
    await engine.update({ ...profile, forwards });
    await eventually(() => expect(holderOf(engine, profile, 1)?.kind).toBe('sameAccount'));
  });

  it('is only asked for again where the server runs no commands', async () => {
    const { engine, profile, port, endGhost } = await haunted({ maxSessions: 0 });
    await engine.untilForward(profile, 0, 'retrying');
    expect(holderOf(engine, profile)).toBeUndefined();
    endGhost();
    await engine.untilForward(profile, 0, 'listening');
    await expectGreeting(port);
  });
});

describe('a remote port that the server refuses', () => {
  it('is said to be another tunnel’s of ours', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const port = await findFreePort();
    const { engine, profile: first } = await suite.open(sshd, [remoteForward(port, target)]);
    const second = testProfile(sshd, keyFile(sshd), [remoteForward(port, target)]);
    await engine.start(second);
    expect(await untilHolder(engine, second, 'ourTunnel')).toMatchObject({
      tunnelId: first.id,
      tunnelName: first.name,
    });
    expect(engine.snapshot(second.id).forwards[0]?.state.status).toBe('refused');
  });

  it('is said to be nobody’s when the server’s settings forbid it', async () => {
    const sshd = await suite.sshd({ permitListen: ['localhost:1'] });
    const target = suite.use(await startBannerServer());
    const engine = suite.engine();
    const profile = testProfile(sshd, keyFile(sshd), [remoteForward(await findFreePort(), target)]);
    await engine.start(profile);
    await untilHolder(engine, profile, 'nobody');
  });

  it('is said to be a program’s of somebody else, or of the account itself', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const engine = suite.engine();
    // The target itself has this port: as root in another account, else in our own.
    const profile = testProfile(sshd, keyFile(sshd), [remoteForward(target.port, target, '127.0.0.1')]);
    await engine.start(profile);
    await untilHolder(engine, profile, process.getuid?.() === 0 ? 'other' : 'sameAccount');
  });
});
