import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appSnapshotSchema } from '#shared/contract/app.ts';
import { dispatch } from '#shared/contract/dispatch.ts';
import { type CommandName, commands } from '#shared/contract/index.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { asksPassword, CONNECTING, OPEN, TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.end());

const call = (run: TestRun, name: CommandName, input: unknown) =>
  dispatch(commands, run.app.handlers, name, input, (_name, error) => {
    throw error;
  });

describe('the snapshot', () => {
  it('has everything that a window needs, in the contract’s own shape', async () => {
    const run = bench.run().open();
    const [profile] = await run.saveMany(2);
    run.tell(profile?.id ?? '', CONNECTING);
    run.app.notify('info', 'Hello.');
    const snapshot = await run.snapshot();
    expect(appSnapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(snapshot.tunnels.map(({ state }) => state.status)).toEqual(['connecting', 'stopped']);
    expect(snapshot.notices).toMatchObject([{ tone: 'info', text: 'Hello.' }]);
    expect(snapshot.environment).toMatchObject({
      userDataFolder: run.place.folder,
      keychain: 'ready',
      profilesReadOnly: null,
      tray: true,
    });
  });

  it('keeps a prompt that is open, so that it survives a reload of the window', async () => {
    const run = bench.run().open();
    const [profile] = await run.saveMany(1);
    run.tell(profile?.id ?? '', asksPassword('p1'));
    expect((await run.snapshot()).tunnels[0]?.state).toEqual(asksPassword('p1'));
  });

  it('tells of files that were found damaged when Culvert opened', async () => {
    const first = bench.run();
    await first.save(makeProfile());
    first.place.write('profiles.json', '{"version":1,"profiles":[');
    const second = bench.run(first);
    expect((await second.snapshot()).profiles).toHaveLength(1);
    expect(await second.notices()).toEqual([expect.stringContaining('Culvert restored 1 tunnel from')]);
  });

  it('says why profiles cannot be changed', async () => {
    const run = bench.run();
    run.place.write('profiles.json', '{"version":99,"profiles":[]}');
    const next = bench.run(run);
    expect((await next.snapshot()).environment.profilesReadOnly).toContain('newer Culvert');
    expect(await call(next, 'profiles.save', { profile: makeProfile() })).toMatchObject({
      ok: false,
      error: { code: 'readOnly' },
    });
  });
});

describe('settings', () => {
  it('change what happens at login, and every window is told', async () => {
    const run = bench.run().open();
    expect(await call(run, 'settings.change', { openAtLogin: true })).toMatchObject({
      ok: true,
      value: { openAtLogin: true },
    });
    expect(run.openAtLogin).toBe(true);
    expect(run.eventsOf('settings.changed')).toMatchObject([{ openAtLogin: true }]);
    expect((await bench.run(run).snapshot()).settings.openAtLogin).toBe(true);
  });

  it('stay as they were when the system or the disk refuses', async () => {
    const run = bench.run().open();
    run.loginItemFails = true;
    expect(await call(run, 'settings.change', { openAtLogin: true })).toMatchObject({ ok: false });
    run.loginItemFails = false;
    run.place.failWith = 'ENOSPC';
    expect(await call(run, 'settings.change', { openAtLogin: true })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
    expect(run.openAtLogin).toBe(false);
    expect((await run.snapshot()).settings.openAtLogin).toBe(false);
  });

  it('remember that the user was told about closing the window: once and for all', () => {
    const run = bench.run().open();
    expect([run.app.windowClosed(), run.app.windowClosed()]).toEqual([true, false]);
    expect(bench.run(run).app.windowClosed()).toBe(false);
  });
});

describe('the desktop', () => {
  it('copies text, chooses a key file and shows notices until they are dismissed', async () => {
    const run = bench.run().open();
    await call(run, 'app.copyText', { text: 'localhost:42424' });
    expect(run.clipboard).toEqual(['localhost:42424']);
    expect(await call(run, 'app.chooseKeyFile', null)).toEqual({
      ok: true,
      value: '/home/ana/.ssh/id_ed25519',
    });
    run.app.notify('info', 'Hello.');
    const [notice] = (await run.snapshot()).notices;
    await call(run, 'app.dismissNotice', { id: notice?.id });
    expect(await run.notices()).toEqual([]);
    expect(run.eventsOf('notices.changed').at(-1)).toEqual({ notices: [] });
  });

  it('tells windows when a tray comes or goes, and not otherwise', () => {
    const run = bench.run().open();
    run.app.setTray(true);
    run.app.setTray(false);
    expect(run.eventsOf('environment.changed')).toMatchObject([{ tray: false }]);
  });

  it('gets a new menu when its words change, and one for many changes at once', async () => {
    const run = bench.run().open();
    const profiles = await run.saveMany(200);
    for (const { id } of profiles) run.tell(id, OPEN);
    await expect.poll(() => run.menus.at(-1)?.[199]).toMatchObject({ label: 'T199: Open' });
    expect(run.menus.length).toBeLessThan(20);
    expect(run.app.menu()).toEqual(run.menus.at(-1));
  });
});

describe('the engine’s other news', () => {
  it('passes traffic on, writes its log, and asks it for listeners', async () => {
    const run = bench.run().open();
    run.app.onEngineEvent('traffic.sampled', { at: 1, tunnels: [] });
    run.app.onEngineEvent('engine.logged', { level: 'info', message: 'Listening.' });
    expect(run.eventsOf('traffic.sampled')).toEqual([{ at: 1, tunnels: [] }]);
    expect(run.log).toContain('info: Listening.');
    expect(await call(run, 'listeners.list', null)).toEqual({ ok: true, value: { listeners: [] } });
    const input = { id: 'x', connectionIds: ['1'] };
    await call(run, 'connections.list', { id: 'x' });
    await call(run, 'connections.end', input);
    await call(run, 'connections.endAll', { id: 'x', forwardId: null });
    expect(run.engine.asked('connections.list')).toEqual([{ id: 'x' }]);
    expect(run.engine.asked('connections.end')).toEqual([input]);
    expect(run.engine.asked('connections.endAll')).toEqual([{ id: 'x', forwardId: null }]);
    run.crash();
    expect(await call(run, 'listeners.list', null)).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
  });
});

describe('the programs that are ways to servers', () => {
  it('end with the engine that started them, those of the last report alone', () => {
    const run = bench.run().open();
    run.app.onEngineEvent('programs.changed', { leaders: [4711, 4712] });
    run.app.onEngineEvent('programs.changed', { leaders: [4712] });
    run.crash();
    expect(run.endedPrograms).toEqual([4712]);
    run.app.engineReady(run.engine);
    run.crash();
    expect(run.endedPrograms).toEqual([4712]);
  });
});

describe('checking a login', () => {
  const check = async (run: TestRun, profile = makeProfile()) => {
    const started = await run.app.handlers['login.check']({ profile });
    if (!started.ok) throw new Error(started.error.message);
    return started.value.checkId;
  };

  it('is a tunnel of its own that stands in no list, with states and prompts', async () => {
    const run = bench.run().open();
    const profile = makeProfile();
    const checkId = await check(run, profile);
    expect(run.engine.asked('engine.check')).toEqual([{ checkId, profile }]);
    run.tell(checkId, asksPassword('p1'));
    expect(run.eventsOf('tunnel.changed')).toMatchObject([{ id: checkId, state: { status: 'needsUser' } }]);
    expect((await run.snapshot()).tunnels).toEqual([]);
    const answer = { kind: 'secret', secret: 'hunter2', remember: false };
    expect(await call(run, 'prompts.answer', { tunnelId: checkId, promptId: 'p1', answer })).toEqual({
      ok: true,
      value: null,
    });
  });

  it('ends when told, once, and is heard of no more', async () => {
    const run = bench.run().open();
    const checkId = await check(run);
    await call(run, 'login.endCheck', { checkId });
    await call(run, 'login.endCheck', { checkId });
    run.tell(checkId, OPEN);
    expect(run.engine.asked('engine.remove')).toEqual([{ id: checkId }]);
    expect(run.eventsOf('tunnel.removed')).toEqual([{ id: checkId }]);
    expect(run.eventsOf('tunnel.changed')).toEqual([]);
  });

  it('ends one that a reloaded window left behind', async () => {
    const run = bench.run().open();
    const [first, second] = [await check(run), await check(run)];
    expect(first).not.toBe(second);
    expect(run.engine.asked('engine.remove')).toEqual([{ id: first }]);
  });

  it('leaves nothing behind when the engine refuses it', async () => {
    const run = bench.run().open();
    run.engine.answers.set('engine.check', async () => ({
      ok: false,
      error: { code: 'internal', message: 'A mistake.' },
    }));
    expect(await run.app.handlers['login.check']({ profile: makeProfile() })).toMatchObject({ ok: false });
    run.engine.answers.clear();
    await check(run);
    expect(run.engine.asked('engine.remove')).toHaveLength(1);
  });

  it('fails, and is not tried again, when the engine goes down', async () => {
    const run = bench.run().open();
    const checkId = await check(run);
    run.tell(checkId, CONNECTING);
    run.crash();
    run.app.engineReady(run.engine);
    expect(run.eventsOf('tunnel.changed').at(-1)).toMatchObject({
      id: checkId,
      state: { status: 'failed', error: { code: 'engineRestarted' } },
    });
    expect(run.engine.asked('engine.check')).toEqual([]);
  });
});
