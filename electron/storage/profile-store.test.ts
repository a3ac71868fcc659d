import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endExposure } from '#shared/exposure-lease.ts';
import type { Profile } from '#shared/profile.ts';
import { hopAgreedFor } from '#shared/second-hop.ts';
import { ProfileStore } from './profile-store.ts';
import { makeProfile, makeTestFolder, type TestFolder } from './storage-fixture.ts';

let place: TestFolder;
beforeEach(() => {
  place = makeTestFolder();
});
afterEach(() => place.remove());

const names = (store: ProfileStore) => store.list().map(({ name }) => name);

function filled(...wanted: string[]): { store: ProfileStore; profiles: readonly Profile[] } {
  const store = new ProfileStore(place);
  const profiles = wanted.map((name) => makeProfile({ name }));
  for (const profile of profiles) store.save(profile);
  return { store, profiles };
}

const at = (profiles: readonly Profile[], index: number): Profile => profiles[index] ?? makeProfile();

describe('saving', () => {
  it('adds a new profile at the end and replaces a known one in its place', () => {
    const { store, profiles } = filled('A', 'B', 'C');
    store.save({ ...at(profiles, 1), name: 'B2' });
    expect(names(store)).toEqual(['A', 'B2', 'C']);
    expect(names(new ProfileStore(place))).toEqual(['A', 'B2', 'C']);
  });

  it('refuses two forwards with one id', () => {
    const profile = makeProfile();
    const [forward] = profile.forwards;
    if (!forward) throw new Error('The fixture has a forward.');
    const twin = { ...forward, bind: { address: 'localhost', port: 1 } };
    const saved = filled().store.save({ ...profile, forwards: [forward, twin] });
    expect(saved).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });

  it('leaves the list as it was when the disk refuses', () => {
    const { store, profiles } = filled('A');
    place.failWith = 'ENOSPC';
    expect(store.save(makeProfile())).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(store.delete(at(profiles, 0).id)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(names(store)).toEqual(['A']);
  });
});

describe('deleting', () => {
  it('can be undone, at the old place, whatever was deleted meanwhile and in whatever order', () => {
    const { store, profiles } = filled('A', 'B', 'C', 'D');
    for (const index of [0, 1, 2]) store.delete(at(profiles, index).id);
    expect(names(new ProfileStore(place))).toEqual(['D']);
    store.undoDelete(at(profiles, 1).id);
    store.save(makeProfile({ name: 'E' }));
    store.undoDelete(at(profiles, 2).id);
    store.undoDelete(at(profiles, 0).id);
    expect(names(store)).toEqual(['A', 'B', 'C', 'D', 'E']);
    expect(names(new ProfileStore(place))).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('knows no profile that was never there, nor one that was deleted or brought back before', () => {
    const { store, profiles } = filled('A');
    const { id } = at(profiles, 0);
    const notFound = { ok: false, error: { code: 'notFound' } };
    expect(store.delete(randomUUID())).toMatchObject(notFound);
    expect(store.undoDelete(id)).toMatchObject(notFound);
    store.delete(id);
    expect(store.delete(id)).toMatchObject(notFound);
    expect(store.duplicate(id)).toMatchObject(notFound);
  });

  it('ends with the run: another one cannot bring the profile back', () => {
    const { store, profiles } = filled('A', 'B');
    store.delete(at(profiles, 0).id);
    expect(new ProfileStore(place).undoDelete(at(profiles, 0).id).ok).toBe(false);
  });
});

describe('duplicating', () => {
  it('puts a copy after the original, with a name and ids of its own', () => {
    const { store, profiles } = filled('Mail', 'Web');
    const original = at(profiles, 0);
    for (let count = 0; count < 3; count += 1) store.duplicate(original.id);
    expect(names(store)).toEqual(['Mail', 'Mail copy 3', 'Mail copy 2', 'Mail copy', 'Web']);
    const all = store.list();
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(new Set(all.flatMap(({ forwards }) => forwards.map(({ id }) => id))).size).toBe(5);
    expect(new ProfileStore(place).list()).toEqual(all);
  });

  it('counts on from a copy of a copy, and keeps the name within its length', () => {
    const { store, profiles } = filled('X copy', 'Y'.repeat(80));
    store.duplicate(at(profiles, 0).id);
    store.duplicate(at(profiles, 1).id);
    expect(names(store)).toEqual(['X copy', 'X copy 2', 'Y'.repeat(80), `${'Y'.repeat(75)} copy`]);
  });

  it('copies all but what must not be copied: the start by itself and the consent to be reached', () => {
    const store = new ProfileStore(place);
    const original = makeProfile({ practice: true, startOnOpen: true, legacyAlgorithms: true });
    const [forward] = original.forwards;
    if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
    const open = { ...forward, bind: { address: '*', port: 8080 }, exposureConfirmedFor: '*' };
    store.save({ ...original, forwards: [open] });
    const copy = store.duplicate(original.id);
    expect(copy).toMatchObject({
      ok: true,
      value: { practice: true, startOnOpen: false, legacyAlgorithms: true, server: original.server },
    });
    expect(store.list()[1]?.forwards[0]).toMatchObject({ bind: { address: '*' }, target: open.target });
    expect(store.list()[1]?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
  });

  it('gives the copy the next local ports that no profile wants, and leaves those on the server', () => {
    const store = new ProfileStore(place);
    const base = { enabled: true, name: '', target: { host: 'imap', port: 143 } } as const;
    const at = (port: number) => ({ ...base, id: randomUUID(), bind: { address: 'localhost', port } });
    const other = makeProfile({ name: 'Other', forwards: [{ ...at(8082), kind: 'local' }] });
    const original = makeProfile({
      forwards: [
        { ...at(8080), kind: 'local' },
        { ...at(8081), kind: 'dynamic' },
        { ...at(8080), kind: 'remote' },
        { ...at(65535), kind: 'local' },
      ],
    });
    store.save(other);
    store.save(original);
    const copied = store.duplicate(original.id);
    const ports = copied.ok && copied.value.forwards.map(({ kind, bind }) => [kind, bind.port]);
    expect(ports).toEqual([
      ['local', 8083],
      ['dynamic', 8084],
      ['remote', 8080],
      // Nothing is above it.
      ['local', 65535],
    ]);
  });

  it('keeps a consent with an end for the original alone, and the sources for both', () => {
    const { store, id, forwardId } = exposed();
    store.confirmExposure(id, forwardId, { term: 'untilStopped', allowFrom: ['10.0.0.1'] });
    store.duplicate(id);
    expect(store.list()[0]?.forwards[0]?.exposureLease).toBeDefined();
    expect(store.list()[1]?.forwards[0]).not.toHaveProperty('exposureLease');
    expect(store.list()[1]?.forwards[0]?.allowFrom).toEqual(['10.0.0.1']);
  });
});

describe('forwards', () => {
  it('are moved to another port, with the consent to be reached, but never onto a sibling', () => {
    const store = new ProfileStore(place);
    const made = makeProfile();
    const [first] = made.forwards;
    if (first?.kind !== 'local') throw new Error('The fixture has a local forward.');
    const open = { ...first, bind: { address: '*', port: 8080 }, exposureConfirmedFor: '*' };
    const sibling = { ...first, id: randomUUID(), bind: { address: '127.0.0.1', port: 8081 } };
    store.save({ ...made, forwards: [open, sibling] });
    expect(store.moveForward(made.id, first.id, 8082)).toMatchObject({ ok: true });
    expect(new ProfileStore(place).find(made.id)?.forwards).toEqual([
      { ...open, bind: { address: '*', port: 8082 } },
      sibling,
    ]);
    expect(store.moveForward(made.id, first.id, 8081)).toMatchObject({
      ok: false,
      error: { code: 'invalid', message: 'Another forward of this tunnel already uses port 8081.' },
    });
    expect(store.moveForward(made.id, randomUUID(), 8083)).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
    expect(store.moveForward(randomUUID(), first.id, 8083)).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
  });

  it('are switched on and off one by one', () => {
    const { store, profiles } = filled('A');
    const { id, forwards } = at(profiles, 0);
    const forwardId = forwards[0]?.id ?? '';
    expect(store.setForwardEnabled(id, forwardId, false)).toMatchObject({
      ok: true,
      value: { forwards: [{ id: forwardId, enabled: false }] },
    });
    expect(new ProfileStore(place).find(id)?.forwards[0]?.enabled).toBe(false);
  });

  it('are opened to others at the present address only', () => {
    const store = new ProfileStore(place);
    const profile = makeProfile();
    const [forward] = profile.forwards;
    if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
    store.save({ ...profile, forwards: [{ ...forward, bind: { address: '*', port: 8080 } }] });
    store.confirmExposure(profile.id, forward.id, ALWAYS);
    expect(store.find(profile.id)?.forwards[0]?.exposureConfirmedFor).toBe('*');
  });

  it('are opened for a time, to the sources named; both are on the disk', () => {
    const { store, id, forwardId } = exposed();
    store.confirmExposure(id, forwardId, { term: 'hour', allowFrom: ['192.168.1.0/24'] });
    const ends = { when: 'at', at: place.now() + 3_600_000 };
    expect(new ProfileStore(place).find(id)?.forwards[0]).toMatchObject({
      exposureLease: { address: '*', ends },
      allowFrom: ['192.168.1.0/24'],
    });
    expect(store.find(id)?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
  });

  it('use up a consent that was to hold until they are switched off, and no other', () => {
    const { store, id, forwardId } = exposed();
    const consent = () => store.find(id)?.forwards[0]?.exposureLease?.ends.when;
    store.confirmExposure(id, forwardId, { term: 'hour', allowFrom: [] });
    store.setForwardEnabled(id, forwardId, false);
    expect(consent()).toBe('at');
    store.confirmExposure(id, forwardId, { term: 'untilStopped', allowFrom: [] });
    store.setForwardEnabled(id, forwardId, true);
    expect(consent()).toBe('stop');
    store.setForwardEnabled(id, forwardId, false);
    expect(consent()).toBeUndefined();
  });

  it('are closed to others also when the disk refuses, and that is said', () => {
    const { store, id, forwardId } = exposed();
    store.confirmExposure(id, forwardId, ALWAYS);
    place.failWith = 'ENOSPC';
    expect(store.close(id, endExposure)?.saved).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(store.find(id)?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
    place.failWith = null;
    store.save(makeProfile());
    expect(new ProfileStore(place).find(id)?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
    expect(store.close(id, endExposure)).toBeNull();
  });

  it('that only this computer reaches need no consent and note none', () => {
    const { store, profiles } = filled('A');
    const { id, forwards } = at(profiles, 0);
    store.confirmExposure(id, forwards[0]?.id ?? '', ALWAYS);
    expect(store.find(id)?.forwards[0]).not.toHaveProperty('exposureConfirmedFor');
  });

  it('get a second hop only for their own server, lose it when it is filled in, and copies have none', () => {
    const store = new ProfileStore(place);
    const profile = makeProfile();
    const remote = {
      id: randomUUID(),
      name: '',
      enabled: true,
      kind: 'remote',
      bind: { address: '*', port: 42000 },
      target: { host: 'files', port: 548 },
    } as const;
    store.save({ ...profile, forwards: [...profile.forwards, remote] });
    const hop = { port: 43000, tool: 'socat', agreedFor: hopAgreedFor(profile.server, remote) } as const;
    const invalid = { ok: false, error: { code: 'invalid' } };
    expect(store.setSecondHop(profile.id, remote.id, { ...hop, agreedFor: 'a@b:22' })).toMatchObject(invalid);
    expect(store.setSecondHop(profile.id, profile.forwards[0]?.id ?? '', hop)).toMatchObject(invalid);
    expect(store.setSecondHop(profile.id, remote.id, { ...hop, port: 42000 })).toMatchObject(invalid);
    store.setSecondHop(profile.id, remote.id, hop);
    expect(new ProfileStore(place).find(profile.id)?.forwards.at(-1)).toMatchObject({ secondHop: hop });
    store.duplicate(profile.id);
    expect(store.list()[1]?.forwards.at(-1)).not.toHaveProperty('secondHop');
    store.setSecondHop(profile.id, remote.id, null);
    expect(store.find(profile.id)?.forwards.at(-1)).toEqual(remote);
  });

  it('that are gone are not found', () => {
    const { store, profiles } = filled('A');
    const notFound = { ok: false, error: { code: 'notFound' } };
    expect(store.setForwardEnabled(at(profiles, 0).id, randomUUID(), true)).toMatchObject(notFound);
    expect(store.confirmExposure(randomUUID(), randomUUID(), ALWAYS)).toMatchObject(notFound);
  });
});

const ALWAYS = { term: 'always', allowFrom: [] } as const;

/** A store with one profile whose forward others could reach. */
function exposed() {
  const store = new ProfileStore(place);
  const profile = makeProfile();
  const [forward] = profile.forwards;
  if (forward?.kind !== 'local') throw new Error('The fixture has a local forward.');
  store.save({ ...profile, forwards: [{ ...forward, bind: { address: '*', port: 8080 } }] });
  return { store, id: profile.id, forwardId: forward.id };
}
