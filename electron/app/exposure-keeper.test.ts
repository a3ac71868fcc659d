import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExposureTerm } from '#shared/exposure-lease.ts';
import type { Forward } from '#shared/profile.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { OPEN, TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
let run: TestRun;
beforeEach(() => {
  bench = new TestBench();
  run = bench.run().open();
});
afterEach(() => bench.end());

const HOUR = 3_600_000;

/** A tunnel that runs, with one forward that is open to others. */
async function opened(term: ExposureTerm, allowFrom: readonly string[] = []) {
  const made = makeProfile();
  const [forward] = made.forwards;
  if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
  await run.save({ ...made, forwards: [{ ...forward, bind: { address: '*', port: 8080 } }] });
  const ids = { id: made.id, forwardId: forward.id };
  await run.app.handlers['tunnels.start']({ id: made.id });
  run.tell(made.id, OPEN);
  const input = { ...ids, term, allowFrom: [...allowFrom] };
  expect(await run.app.handlers['profiles.confirmExposure'](input)).toMatchObject({ ok: true });
  return ids;
}

async function forwardOf({ id }: { readonly id: string }, of = run): Promise<Forward> {
  const profile = (await of.snapshot()).profiles.find((each) => each.id === id);
  if (!profile?.forwards[0]) throw new Error('There is no such forward.');
  return profile.forwards[0];
}

const endsOf = async (ids: { readonly id: string }, of = run) =>
  (await forwardOf(ids, of)).exposureLease?.ends;

/** The engine says that the time of a forward is over. */
function tellExpired({ id, forwardId }: { readonly id: string; readonly forwardId: string }, at: number) {
  const endpoint = { host: '*', port: 8080 };
  run.app.onEngineEvent('tunnel.changed', {
    id,
    state: OPEN,
    forwards: [
      {
        id: forwardId,
        state: { status: 'refused', error: { code: 'exposureExpired', endpoint, at } },
        target: { status: 'unknown' },
      },
    ],
    lastError: null,
  });
}

describe('a yes for a time', () => {
  it('reaches the engine with its end and its sources, and stands after a restart', async () => {
    const ids = await opened('hour', ['192.168.1.5/24']);
    const expected = {
      exposureLease: { address: '*', ends: { when: 'at', at: run.place.now() + HOUR } },
      allowFrom: ['192.168.1.5/24'],
    };
    expect(run.engine.asked('engine.update').at(-1)?.profile.forwards[0]).toMatchObject(expected);
    const next = bench.run(run).open();
    // What the command brings has passed the contract; the file is read by the same rules.
    expect(await forwardOf(ids, next)).toMatchObject({ ...expected, allowFrom: ['192.168.1.0/24'] });
  });

  it('survives Stop, a crash of the engine and a quit', async () => {
    const ids = await opened('hour');
    await run.app.handlers['tunnels.stop']({ id: ids.id });
    run.crash();
    await run.app.close();
    expect(await endsOf(ids, bench.run(run).open())).toMatchObject({ when: 'at' });
  });

  it('that is over stays over, in the file too, whatever the clock says then', async () => {
    const ids = await opened('hour');
    const at = run.place.now() + HOUR;
    tellExpired(ids, at);
    expect(await endsOf(ids)).toEqual({ when: 'over', at });
    expect(run.eventsOf('profiles.changed').at(-1)?.profiles[0]?.forwards[0]?.exposureLease?.ends.when).toBe(
      'over',
    );
    expect(await endsOf(ids, bench.run(run).open())).toEqual({ when: 'over', at });
    const told = run.eventsOf('profiles.changed').length;
    tellExpired(ids, at);
    expect(run.eventsOf('profiles.changed'), 'once is enough').toHaveLength(told);
  });

  it('that was given anew is not ended by late news of the old one', async () => {
    const ids = await opened('hour');
    const old = run.place.now() + HOUR;
    run.place.clock += 1000;
    await run.app.handlers['profiles.confirmExposure']({ ...ids, term: 'hour', allowFrom: [] });
    tellExpired(ids, old);
    expect(await endsOf(ids)).toEqual({ when: 'at', at: old + 1000 });
  });
});

describe('a yes until Stop', () => {
  it('is used up by Stop, and the next start is without it', async () => {
    const ids = await opened('untilStopped', ['10.0.0.1']);
    await run.app.handlers['tunnels.stop']({ id: ids.id });
    const forward = await forwardOf(ids);
    expect(forward).not.toHaveProperty('exposureLease');
    expect(forward.allowFrom).toEqual(['10.0.0.1']);
    await run.app.handlers['tunnels.start']({ id: ids.id });
    expect(run.engine.asked('engine.start').at(-1)?.profile.forwards[0]).not.toHaveProperty('exposureLease');
  });

  it.each(['stop all', 'the tray', 'the switch'])('is used up by %s, too', async (how) => {
    const ids = await opened('untilStopped');
    if (how === 'stop all') await run.app.handlers['tunnels.stopAll'](null);
    if (how === 'the tray') await run.app.toggle(ids.id);
    if (how === 'the switch')
      await run.app.handlers['profiles.setForwardEnabled']({ ...ids, enabled: false });
    expect(await forwardOf(ids)).not.toHaveProperty('exposureLease');
  });

  it('stands when the engine crashes, and when Culvert quits and opens again', async () => {
    const ids = await opened('untilStopped');
    run.crash();
    run.app.engineReady(run.engine);
    expect(await endsOf(ids)).toEqual({ when: 'stop' });
    await run.app.close();
    const next = bench.run(run).open();
    expect(await endsOf(ids, next)).toEqual({ when: 'stop' });
    expect(next.engine.asked('engine.start').at(-1)?.profile.forwards[0]).toMatchObject({
      exposureLease: { ends: { when: 'stop' } },
    });
  });

  it('is used up also when the disk refuses to note it, and that is said', async () => {
    const ids = await opened('untilStopped');
    run.place.failWith = 'ENOSPC';
    await run.app.handlers['tunnels.stop']({ id: ids.id });
    expect(await forwardOf(ids)).not.toHaveProperty('exposureLease');
    expect((await run.notices()).join()).toContain('“Mail” is closed to others, but that could not be saved');
  });
});

describe('closing to others', () => {
  it.each(['hour', 'today', 'untilStopped', 'always'] as const)(
    'takes back a yes of any term: %s',
    async (term) => {
      const ids = await opened(term, ['10.0.0.1']);
      expect(await run.app.handlers['profiles.endExposure'](ids)).toMatchObject({ ok: true });
      const closed = run.engine.asked('engine.update').at(-1)?.profile.forwards[0];
      expect(closed).toMatchObject({ bind: { address: '*' }, allowFrom: ['10.0.0.1'] });
      expect(closed).not.toHaveProperty('exposureLease');
      expect(closed).not.toHaveProperty('exposureConfirmedFor');
      expect(await forwardOf(ids, bench.run(run).open())).toEqual(closed);
    },
  );

  it('works while nothing can be saved', async () => {
    const ids = await opened('always');
    run.place.failWith = 'EROFS';
    expect(await run.app.handlers['profiles.endExposure'](ids)).toMatchObject({ ok: true });
    expect(run.engine.asked('engine.update').at(-1)?.profile.forwards[0]).not.toHaveProperty(
      'exposureConfirmedFor',
    );
  });

  it('of a tunnel or a forward that is gone is said to be that', async () => {
    const ids = await opened('always');
    const other = { id: ids.id, forwardId: crypto.randomUUID() };
    expect(await run.app.handlers['profiles.endExposure'](other)).toMatchObject({
      ok: false,
      error: { code: 'notFound', message: expect.stringContaining('forward') },
    });
    await run.app.handlers['profiles.delete']({ id: ids.id });
    expect(await run.app.handlers['profiles.endExposure'](ids)).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
  });
});
