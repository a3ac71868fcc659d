import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WantedStore } from '../storage/wanted-store.ts';
import { CONNECTING, OPEN, RecordingEngine, TestBench, type TestRun } from './app-fixture.ts';
import { MAX_CRASHES } from './engine-keeper.ts';
import { MAX_CONNECTING } from './start-line.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.end());

const start = (run: TestRun, id: string) => run.app.handlers['tunnels.start']({ id });
const stop = (run: TestRun, id: string) => run.app.handlers['tunnels.stop']({ id });
const isWanted = (run: TestRun, id: string) => new WantedStore(run.place).has(id);

/** Saves some profiles and starts them, as far as the engine is concerned. */
async function running(count: number): Promise<{ run: TestRun; ids: readonly string[] }> {
  const run = bench.run().open();
  const ids = (await run.saveMany(count)).map(({ id }) => id);
  for (const id of ids) {
    await start(run, id);
    run.tell(id, OPEN);
  }
  return { run, ids };
}

describe('starting and stopping', () => {
  it('hands the profile to the engine and remembers at once what is wanted', async () => {
    const run = bench.run().open();
    const [profile] = await run.saveMany(1);
    const id = profile?.id ?? '';
    expect(await start(run, id)).toEqual({ ok: true, value: null });
    expect(run.engine.asked('engine.start')).toEqual([{ profile }]);
    expect(isWanted(run, id)).toBe(true);
    expect(await stop(run, id)).toEqual({ ok: true, value: null });
    expect(run.engine.asked('engine.stop')).toEqual([{ id }]);
    expect(isWanted(run, id)).toBe(false);
  });

  it('tries again, with Start all, what listens in part, and leaves the rest alone', async () => {
    const { run, ids } = await running(2);
    const target = { status: 'unknown' } as const;
    run.app.onEngineEvent('tunnel.changed', {
      id: ids[0] ?? '',
      state: OPEN,
      forwards: [{ id: 'a', state: { status: 'opening' }, target }],
      lastError: null,
    });
    await run.app.handlers['tunnels.startAll'](null);
    await vi.waitFor(() => expect(run.engine.started()).toEqual([...ids, ids[0]]));
  });

  it('knows no tunnel without a profile', async () => {
    const run = bench.run().open();
    const nobody = '7d0f1f0e-3c1b-4c1e-9a55-0d7f8a6b1c01';
    expect(await start(run, nobody)).toMatchObject({ ok: false, error: { code: 'notFound' } });
    expect(await stop(run, nobody)).toMatchObject({ ok: false, error: { code: 'notFound' } });
  });

  it('keeps the order of commands for one tunnel, however slow the engine', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    let stopped = () => {};
    run.engine.answers.set('engine.stop', () => {
      return new Promise((resolve) => {
        stopped = () => resolve({ ok: true, value: null });
      });
    });
    const commands = [stop(run, id), start(run, id)];
    await vi.waitFor(() => expect(run.engine.asked('engine.stop')).toHaveLength(1));
    expect(run.engine.started()).toEqual([id]);
    stopped();
    await Promise.all(commands);
    expect(run.engine.calls.map(({ name }) => name)).toEqual(['engine.start', 'engine.stop', 'engine.start']);
    expect(isWanted(run, id)).toBe(true);
  });

  it('runs where it cannot be remembered, and says so once', async () => {
    const run = bench.run().open();
    const profiles = await run.saveMany(2);
    run.place.failWith = 'ENOSPC';
    for (const { id } of profiles) expect((await start(run, id)).ok).toBe(true);
    expect(run.engine.started()).toHaveLength(2);
    expect(await run.notices()).toEqual([
      expect.stringMatching(/^Culvert cannot remember which tunnels are on\. .*the disk is full/),
    ]);
  });

  it('starts all that do not run, a few at a time', async () => {
    const run = bench.run().open();
    const ids = (await run.saveMany(200)).map(({ id }) => id);
    run.tell(ids[0] ?? '', OPEN);
    await run.app.handlers['tunnels.startAll'](null);
    await vi.waitFor(() => expect(run.engine.started()).toHaveLength(MAX_CONNECTING));
    for (let done = 0; done < 199; done += 1) {
      await vi.waitFor(() => expect(run.engine.started().length).toBeGreaterThan(done));
      const id = run.engine.started()[done] ?? '';
      run.tell(id, CONNECTING);
      run.tell(id, OPEN);
    }
    expect(run.engine.started()).toEqual(ids.slice(1));
    expect(ids.slice(1).every((id) => isWanted(run, id))).toBe(true);
  });

  it('stops all, and those that wait for their turn never start', async () => {
    const run = bench.run().open();
    const ids = (await run.saveMany(20)).map(({ id }) => id);
    await run.app.handlers['tunnels.startAll'](null);
    await run.app.handlers['tunnels.stopAll'](null);
    for (const id of ids)
      run.tell(id, { status: 'waiting', attempt: 1, retryAt: 0, error: { code: 'engineRestarted' } });
    expect(run.engine.started().length).toBeLessThanOrEqual(MAX_CONNECTING);
    expect(run.engine.asked('engine.stop')).toHaveLength(20);
    expect(ids.some((id) => isWanted(run, id))).toBe(false);
  });

  it('toggles from the tray by what is on now', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    await run.app.toggle(id);
    run.tell(id, { status: 'stopped' });
    await run.app.toggle(id);
    expect(run.engine.calls.map(({ name }) => name)).toEqual(['engine.start', 'engine.stop', 'engine.start']);
  });

  it('tells the engine of a wake-up', async () => {
    const { run } = await running(1);
    run.app.wake();
    await expect.poll(() => run.engine.asked('engine.wake')).toHaveLength(1);
  });
});

describe('opening Culvert', () => {
  it('starts what ran when it was quit, and what shall start whenever it opens', async () => {
    const first = bench.run().open();
    const [ran, stopped, always] = await first.saveMany(3);
    if (!ran || !stopped || !always) throw new Error('The fixture saves three profiles.');
    await first.save({ ...always, startOnOpen: true });
    await start(first, ran.id);
    await start(first, stopped.id);
    await stop(first, stopped.id);
    await first.app.close();

    const second = bench.run(first).open();

    await expect.poll(() => second.engine.started()).toEqual([ran.id, always.id]);
    expect(isWanted(second, always.id)).toBe(true);
  });

  it('does so after a crash of the whole app, too', async () => {
    const { run, ids } = await running(2);
    const next = bench.run(run).open();
    await expect.poll(() => next.engine.started()).toEqual(ids);
  });

  it('starts a tunnel that was started before there was an engine', async () => {
    const run = bench.run();
    run.app.open();
    const [profile] = await run.saveMany(1);
    const id = profile?.id ?? '';
    expect((await start(run, id)).ok).toBe(true);
    expect((await run.tunnel(id))?.state.status).toBe('waiting');
    run.app.engineReady(run.engine);
    await expect.poll(() => run.engine.started()).toEqual([id]);
  });

  it('forgets profiles that are gone from the file', async () => {
    const { run, ids } = await running(1);
    run.place.write('profiles.json', JSON.stringify({ version: 1, profiles: [] }));
    const next = bench.run(run).open();
    expect((await next.snapshot()).tunnels).toEqual([]);
    expect(next.engine.started()).toEqual([]);
    expect(ids).toHaveLength(1);
  });
});

describe('a crash of the engine', () => {
  it('costs a reconnect: wanted tunnels wait, come back, and the user is told once', async () => {
    const { run, ids } = await running(2);
    run.crash();
    for (const id of ids) {
      expect(await run.tunnel(id)).toMatchObject({
        state: { status: 'waiting', error: { code: 'engineRestarted' } },
        forwards: [{ state: { status: 'opening' } }],
      });
    }
    await expect.poll(() => run.engineStarts).toBe(2);
    run.app.engineReady(run.engine);
    await expect.poll(() => run.engine.started()).toEqual(ids);
    expect(await run.notices()).toEqual([
      'The tunnel engine stopped and is started again. Tunnels that were on come back by themselves.',
    ]);
  });

  it('does not try again what had failed for good, and not what was being stopped', async () => {
    const { run, ids } = await running(2);
    const [failed = '', stopping = ''] = ids;
    run.tell(failed, { status: 'failed', error: { code: 'agentUnavailable', socket: null } });
    await stop(run, stopping);
    run.tell(stopping, { status: 'stopping' });
    run.crash();
    expect((await run.tunnel(failed))?.state).toMatchObject({ error: { code: 'agentUnavailable' } });
    expect((await run.tunnel(stopping))?.state.status).toBe('stopped');
    run.app.engineReady(run.engine);
    await start(run, stopping);
    expect(run.engine.started()).toEqual([stopping]);
  });

  it('keeps those in line that had not had their turn', async () => {
    const run = bench.run().open();
    const ids = (await run.saveMany(MAX_CONNECTING + 2)).map(({ id }) => id);
    await run.app.handlers['tunnels.startAll'](null);
    await vi.waitFor(() => expect(run.engine.started()).toHaveLength(MAX_CONNECTING));
    for (const id of run.engine.started()) run.tell(id, CONNECTING);
    run.crash();
    run.app.engineReady(run.engine);
    for (const id of ids) run.tell(id, OPEN);
    await expect.poll(() => [...run.engine.started()].sort()).toEqual([...ids].sort());
  });

  it('lets a tunnel be stopped while there is no engine', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    run.crash();
    expect((await stop(run, id)).ok).toBe(true);
    expect((await run.tunnel(id))?.state.status).toBe('stopped');
    run.app.engineReady(run.engine);
    await run.app.handlers['listeners.list'](null);
    expect(run.engine.started()).toEqual([]);
  });

  it('is not heard of from a process that is gone', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    run.crash();
    run.tell(id, OPEN);
    expect((await run.tunnel(id))?.state.status).toBe('waiting');
  });

  it('that happens again and again ends in plain words, until somebody starts a tunnel', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    for (let count = 0; count <= MAX_CRASHES; count += 1) run.crash();
    expect((await run.tunnel(id))?.state).toMatchObject({
      status: 'failed',
      error: { code: 'unexpected', detail: 'the tunnel engine stopped 6 times within a minute.' },
    });
    expect(await run.notices()).toEqual([expect.stringContaining('is not started again by itself')]);
    expect(isWanted(run, id)).toBe(true);

    const before = run.engineStarts;
    expect((await start(run, id)).ok).toBe(true);
    expect(run.engineStarts).toBe(before + 1);
    run.app.engineReady(run.engine);
    await expect.poll(() => run.engine.started()).toEqual([id]);
  });

  it('stays given up when a start that was under way is answered late', async () => {
    const { run, ids } = await running(1);
    const id = ids[0] ?? '';
    for (let count = 1; count <= MAX_CRASHES; count += 1) run.crash();
    let answerLate = () => {};
    run.engine.answers.set(
      'engine.start',
      () =>
        new Promise((resolve) => {
          answerLate = () => resolve({ ok: false, error: { code: 'unavailable', message: 'It is gone.' } });
        }),
    );
    const dying = run.engine;
    run.app.engineReady(dying);
    await expect.poll(() => dying.started()).toEqual([id]);
    const before = run.engineStarts;
    run.crash();
    answerLate();
    await run.app.handlers['app.copyText']({ text: '' });
    expect((await run.tunnel(id))?.state.status).toBe('failed');
    expect(run.engineStarts).toBe(before);
  });

  it('is none when Culvert quits', async () => {
    const { run, ids } = await running(1);
    await run.app.close();
    run.app.engineLost();
    expect(run.engine.asked('engine.shutDown')).toHaveLength(1);
    expect(run.engineStarts).toBe(1);
    expect(isWanted(run, ids[0] ?? '')).toBe(true);
  });
});

describe('an engine that answers strangely', () => {
  it('passes on why a tunnel could not be started', async () => {
    const run = bench.run().open();
    const [profile] = await run.saveMany(1);
    const error = { code: 'internal', message: 'A mistake.' } as const;
    run.engine.answers.set('engine.start', async () => ({ ok: false, error }));
    expect(await start(run, profile?.id ?? '')).toEqual({ ok: false, error });
  });

  it('is replaced whole: a second one gets nothing that was meant for the first', async () => {
    const { run } = await running(1);
    const first = run.engine;
    run.crash();
    const second = run.engine;
    run.app.engineReady(second);
    await expect.poll(() => second.started()).toHaveLength(1);
    expect(second).toBeInstanceOf(RecordingEngine);
    expect(first.started()).toHaveLength(1);
  });
});
