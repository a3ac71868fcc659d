import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { PracticeStore } from '../storage/practice-store.ts';
import { OPEN, TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.end());

async function createPractice(run: TestRun): Promise<Profile> {
  const made = await run.app.handlers['profiles.createPractice'](null);
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const startPractice = (run: TestRun) => run.engine.asked('engine.startPractice');

describe('the practice server', () => {
  it('is one click away: an identity, a server, a profile', async () => {
    const run = bench.run().open();
    const profile = await createPractice(run);
    expect(profile).toMatchObject({
      name: 'Practice',
      practice: true,
      server: { host: '127.0.0.1', port: 40022, user: 'practice' },
      login: { method: 'password' },
      forwards: [
        {
          kind: 'local',
          bind: { address: 'localhost', port: 42424 },
          target: { host: 'imap.practice', port: 143 },
        },
        {
          kind: 'local',
          bind: { address: 'localhost', port: 42080 },
          target: { host: 'web.practice', port: 80 },
        },
      ],
    });
    expect(startPractice(run)).toMatchObject([{ preferredPort: null }]);
    expect(new PracticeStore(run.place).get()).toMatchObject({ port: 40022 });
  });

  it('has one profile, however often it is asked for', async () => {
    const run = bench.run().open();
    const both = await Promise.all([createPractice(run), createPractice(run)]);
    expect(both[0]).toEqual(both[1]);
    expect(await createPractice(run)).toEqual(both[0]);
    expect((await run.snapshot()).profiles).toHaveLength(1);
    expect(startPractice(run)).toHaveLength(1);
  });

  it('is not started for people who do not use it', async () => {
    const run = bench.run().open();
    const [profile] = await run.saveMany(1);
    await run.app.handlers['tunnels.start']({ id: profile?.id ?? '' });
    expect(startPractice(run)).toEqual([]);
  });

  it('runs again, the same one, before its tunnels when Culvert opens', async () => {
    const first = bench.run().open();
    const { id } = await createPractice(first);
    await first.app.handlers['tunnels.start']({ id });
    const [made] = startPractice(first);

    const second = bench.run(first).open();

    await expect.poll(() => second.engine.started()).toEqual([id]);
    expect(startPractice(second)).toEqual([{ identity: made?.identity, preferredPort: 40022 }]);
    expect(second.engine.calls[0]?.name).toBe('engine.startPractice');
  });

  it('runs again in a new engine after a crash, wherever it now listens', async () => {
    const run = bench.run().open();
    const { id } = await createPractice(run);
    await run.app.handlers['tunnels.start']({ id });
    run.tell(id, OPEN);
    run.crash();
    run.engine.practicePort = 40033;
    run.app.engineReady(run.engine);
    await expect.poll(() => run.engine.started()).toEqual([id]);
    expect(run.engine.asked('engine.start')[0]?.profile.server.port).toBe(40033);
    expect((await run.snapshot()).profiles[0]?.server.port).toBe(40033);
    expect(run.eventsOf('profiles.changed').at(-1)?.profiles[0]?.server.port).toBe(40033);
    expect(new PracticeStore(run.place).get().port).toBe(40033);
  });

  it('is where a practice tunnel goes, whatever its profile says', async () => {
    const run = bench.run().open();
    const profile = await createPractice(run);
    await run.save({ ...profile, server: { host: 'evil.example.org', port: 22, user: 'root' } });
    await run.app.handlers['tunnels.start']({ id: profile.id });
    await run.app.handlers['login.check']({ profile });
    const own = { host: '127.0.0.1', port: 40022, user: 'practice' };
    expect(run.engine.asked('engine.start')[0]?.profile.server).toEqual(own);
    expect(run.engine.asked('engine.check')[0]?.profile.server).toEqual(own);
  });

  it('says why when it cannot start, and is tried again the next time', async () => {
    const run = bench.run().open();
    const error = { code: 'internal', message: 'No port is free.' } as const;
    run.engine.answers.set('engine.startPractice', async () => ({ ok: false, error }));
    expect(await run.app.handlers['profiles.createPractice'](null)).toEqual({ ok: false, error });
    run.engine.answers.clear();
    expect((await createPractice(run)).name).toBe('Practice');
  });

  it('works for this run where its identity cannot be saved, and the user is told', async () => {
    const run = bench.run().open();
    const { id } = await createPractice(run);
    run.place.failWith = 'ENOSPC';
    run.crash();
    run.engine.practicePort = 40033;
    run.app.engineReady(run.engine);
    await run.app.handlers['tunnels.start']({ id });
    expect(run.engine.asked('engine.start')[0]?.profile.server.port).toBe(40033);
    expect((await run.notices()).join()).toContain('The practice server will be another one next time.');
  });
});
