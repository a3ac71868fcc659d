import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { WantedStore } from '../storage/wanted-store.ts';
import { OPEN, TestBench, type TestRun } from './app-fixture.ts';

let bench: TestBench;
let run: TestRun;
beforeEach(() => {
  bench = new TestBench();
  run = bench.run().open();
});
afterEach(() => bench.end());

async function saveOne(): Promise<Profile> {
  return run.save(makeProfile());
}

const names = () =>
  run.eventsOf('profiles.changed').map(({ profiles }) => profiles.map(({ name }) => name).join());

describe('saving', () => {
  it('tells every window of the list, and of a new tunnel that is stopped', async () => {
    const { id } = await saveOne();
    expect(names()).toEqual(['Mail']);
    expect(run.eventsOf('tunnel.changed')).toMatchObject([{ id, state: { status: 'stopped' } }]);
    expect(run.engine.calls).toEqual([]);
  });

  it('lets a tunnel take the change on that is not stopped, and leaves a stopped one alone', async () => {
    const profile = await saveOne();
    await run.save({ ...profile, name: 'Stopped' });
    expect(run.engine.calls).toEqual([]);
    run.tell(profile.id, OPEN);
    await run.save({ ...profile, name: 'Open' });
    run.tell(profile.id, { status: 'failed', error: { code: 'agentUnavailable', socket: null } });
    await run.save({ ...profile, name: 'Failed' });
    expect(run.engine.asked('engine.update').map(({ profile: { name } }) => name)).toEqual([
      'Open',
      'Failed',
    ]);
  });

  it('switches one forward of a running tunnel, and opens one to others', async () => {
    const made = makeProfile();
    const [forward] = made.forwards;
    if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
    const profile = await run.save({
      ...made,
      forwards: [{ ...forward, bind: { address: '*', port: 8080 } }],
    });
    run.tell(profile.id, OPEN);
    const ids = { id: profile.id, forwardId: forward.id };
    await run.app.handlers['profiles.setForwardEnabled']({ ...ids, enabled: false });
    await run.app.handlers['profiles.confirmExposure']({ ...ids, term: 'always', allowFrom: [] });
    expect(run.engine.asked('engine.update').map(({ profile: { forwards } }) => forwards[0])).toMatchObject([
      { enabled: false },
      { enabled: false, exposureConfirmedFor: '*' },
    ]);
  });

  it('moves a forward of a running tunnel to the port that the engine found free', async () => {
    const { id, forwards } = await saveOne();
    const forwardId = forwards[0]?.id ?? '';
    run.tell(id, OPEN);
    run.engine.answers.set('ports.findFree', async () => ({ ok: true, value: { port: 42426 } }));
    const suggested = await run.app.handlers['profiles.suggestPort']({ id, forwardId });
    expect(suggested).toEqual({ ok: true, value: { port: 42426 } });
    expect(run.engine.asked('ports.findFree')).toEqual([
      { address: 'localhost', from: 42425, avoid: [42424] },
    ]);
    expect(await run.app.handlers['profiles.moveForward']({ id, forwardId, port: 42426 })).toMatchObject({
      ok: true,
      value: { forwards: [{ id: forwardId, bind: { address: 'localhost', port: 42426 } }] },
    });
    expect(run.engine.asked('engine.update')[0]?.profile.forwards[0]?.bind.port).toBe(42426);
    expect((await run.snapshot()).profiles[0]?.forwards[0]?.bind.port).toBe(42426);
  });

  it('suggests no port for a forward that is not there', async () => {
    const { id } = await saveOne();
    const forwardId = '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f';
    const suggested = await run.app.handlers['profiles.suggestPort']({ id, forwardId });
    expect(suggested).toEqual({ ok: true, value: { port: null } });
    expect(run.engine.calls).toEqual([]);
  });

  it('changes nothing, tells nothing and asks nothing of the engine when the disk refuses', async () => {
    const profile = await saveOne();
    run.tell(profile.id, OPEN);
    run.events.length = 0;
    run.place.failWith = 'ENOSPC';
    const storage = { ok: false, error: { code: 'storage' } };
    const { handlers } = run.app;
    expect(await handlers['profiles.save']({ profile: { ...profile, name: 'No' } })).toMatchObject(storage);
    expect(await handlers['profiles.delete']({ id: profile.id })).toMatchObject(storage);
    expect(await handlers['profiles.duplicate']({ id: profile.id })).toMatchObject(storage);
    expect(run.engine.calls).toEqual([]);
    expect(run.events).toEqual([]);
    expect((await run.snapshot()).profiles).toEqual([profile]);
  });

  it('is refused while the file is read-only, and every window told why', async () => {
    const profile = await saveOne();
    chmodSync(run.place.path('profiles.json'), 0o400);
    expect(await run.app.handlers['profiles.delete']({ id: profile.id })).toMatchObject({
      ok: false,
      error: { code: 'readOnly' },
    });
    expect(run.eventsOf('environment.changed')).toMatchObject([
      { profilesReadOnly: 'profiles.json is read-only.' },
    ]);
    chmodSync(run.place.path('profiles.json'), 0o600);
    await run.save({ ...profile, name: 'Again' });
    expect(run.eventsOf('environment.changed').at(-1)?.profilesReadOnly).toBeNull();
  });
});

describe('deleting', () => {
  it('stops the tunnel, wants it no longer and tells every window', async () => {
    const { id } = await saveOne();
    await run.app.handlers['tunnels.start']({ id });
    run.tell(id, OPEN);
    expect(await run.app.handlers['profiles.delete']({ id })).toEqual({ ok: true, value: null });
    expect(run.engine.asked('engine.remove')).toEqual([{ id }]);
    expect(run.eventsOf('tunnel.removed')).toEqual([{ id }]);
    expect(names().at(-1)).toBe('');
    expect(new WantedStore(run.place).has(id)).toBe(false);
  });

  it('hears nothing more of the tunnel while it closes', async () => {
    const { id } = await saveOne();
    await run.app.handlers['profiles.delete']({ id });
    run.events.length = 0;
    run.tell(id, { status: 'stopping' });
    run.app.onEngineEvent('tunnel.removed', { id });
    expect(run.events).toEqual([]);
  });

  it('can be undone; what was stopped comes back stopped, also when it is still closing', async () => {
    const { id } = await saveOne();
    run.tell(id, OPEN);
    await run.app.handlers['profiles.delete']({ id });
    expect(await run.app.handlers['profiles.undoDelete']({ id })).toMatchObject({ ok: true, value: { id } });
    expect((await run.tunnel(id))?.state.status).toBe('stopped');
    run.tell(id, { status: 'stopping' });
    run.app.onEngineEvent('tunnel.removed', { id });
    expect((await run.tunnel(id))?.state.status).toBe('stopped');
    expect(run.engine.started()).toEqual([]);
    expect(names()).toEqual(['Mail', '', 'Mail']);
  });

  it('can be undone; what was on is on again', async () => {
    const { id } = await saveOne();
    await run.app.handlers['tunnels.start']({ id });
    run.tell(id, OPEN);
    await run.app.handlers['profiles.delete']({ id });
    expect(await run.app.handlers['profiles.undoDelete']({ id })).toMatchObject({ ok: true, value: { id } });
    expect(run.engine.started()).toEqual([id, id]);
    expect(new WantedStore(run.place).has(id)).toBe(true);
  });
});

describe('duplicating', () => {
  it('adds a stopped tunnel beside the original', async () => {
    const { id } = await saveOne();
    run.tell(id, OPEN);
    const copy = await run.app.handlers['profiles.duplicate']({ id });
    expect(copy).toMatchObject({ ok: true, value: { name: 'Mail copy' } });
    expect((await run.snapshot()).tunnels.map(({ state }) => state.status)).toEqual(['open', 'stopped']);
  });
});
