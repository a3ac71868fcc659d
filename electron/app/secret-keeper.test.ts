import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { SecretStore } from '../storage/secret-store.ts';
import { makeTestFolder, type TestFolder } from '../storage/storage-fixture.ts';
import { TestSecretBox } from './app-fixture.ts';
import { SecretKeeper } from './secret-keeper.ts';

const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'example.org', port: 22 };
const keySlot: SecretSlot = { kind: 'passphrase', keyFile: '/home/ana/.ssh/id_ed25519' };

let place: TestFolder;
let box: TestSecretBox;
let told: string[];
beforeEach(() => {
  place = makeTestFolder();
  box = new TestSecretBox();
  told = [];
});
afterEach(() => place.remove());

/** One run of Culvert over the same folder and keychain. */
const run = () =>
  new SecretKeeper({ store: new SecretStore(place), box, tell: (text) => void told.push(text) });

async function keepInKeychain(secret: string): Promise<void> {
  const keeper = run();
  keeper.hold(slot, { secret, remember: true });
  await keeper.accepted(slot);
}

describe('a typed secret', () => {
  it('counts for nothing until it proved right', async () => {
    const keeper = run();
    keeper.hold(slot, { secret: 'hunter2', remember: true });
    expect(await keeper.find(slot)).toBeNull();
    expect(await keeper.accepted(slot)).toBe('hunter2');
    expect(await keeper.find(slot)).toBe('hunter2');
  });

  it('is good for this run only, unless the user ticked', async () => {
    const keeper = run();
    keeper.hold(slot, { secret: 'hunter2', remember: false });
    await keeper.accepted(slot);
    expect(await run().find(slot)).toBeNull();
    expect(place.files()).toEqual([]);
  });

  it('survives in the keychain if the user ticked, and is never on the disk as it is', async () => {
    await keepInKeychain('hunter2');
    expect(await run().find(slot)).toBe('hunter2');
    expect(await run().find(keySlot)).toBeNull();
    expect(place.read('secrets.json')).not.toContain('hunter2');
  });

  it('may be empty', async () => {
    await keepInKeychain('');
    expect(await run().find(slot)).toBe('');
  });

  it('is not kept without a real keychain, whatever was ticked, and that is said', async () => {
    box.available = false;
    await keepInKeychain('hunter2');
    expect(place.files()).toEqual([]);
    expect(told[0]).toContain('kept for this run only');
  });

  it.each([true, false])('in place of an old one makes that forgotten, kept or not: %s', async (remember) => {
    await keepInKeychain('of old');
    const keeper = run();
    expect(await keeper.find(slot)).toBe('of old');
    keeper.hold(slot, { secret: 'brand new', remember });
    expect(await keeper.accepted(slot, true)).toBe('brand new');
    expect(await keeper.find(slot)).toBe('brand new');
    expect(await run().find(slot)).toBe(remember ? 'brand new' : null);
  });

  it('that was let go is never taken for right', async () => {
    const keeper = run();
    keeper.hold(slot, { secret: 'hunter2', remember: true });
    keeper.letGo(slot);
    keeper.hold(keySlot, { secret: 'hunter3', remember: true });
    keeper.letGoAll();
    expect(await keeper.accepted(slot)).toBeNull();
    expect(await keeper.accepted(keySlot)).toBeNull();
    expect(place.files()).toEqual([]);
  });
});

describe('a refused secret', () => {
  it('is forgotten everywhere', async () => {
    await keepInKeychain('old');
    const keeper = run();
    expect(await keeper.find(slot)).toBe('old');
    await keeper.refused(slot);
    expect(await keeper.find(slot)).toBeNull();
    expect(await run().find(slot)).toBeNull();
  });

  it('is not kept by a keychain that was still busy with it', async () => {
    const keeper = run();
    keeper.hold(slot, { secret: 'hunter2', remember: true });
    await Promise.all([keeper.accepted(slot), keeper.refused(slot)]);
    expect(await keeper.find(slot)).toBeNull();
    expect(await run().find(slot)).toBeNull();
  });

  it('that cannot be removed from the disk is told, without the secret', async () => {
    await keepInKeychain('old');
    place.failWith = 'ENOSPC';
    await run().refused(slot);
    expect(told.join()).toContain('could not be removed');
    expect(told.join()).not.toContain('old');
  });
});

describe('a keychain that is locked or has changed', () => {
  it('loses nothing: the user is asked, told once, and the entry waits', async () => {
    await keepInKeychain('hunter2');
    box.locked = true;
    const keeper = run();
    expect(await keeper.find(slot)).toBeNull();
    expect(await keeper.find(slot)).toBeNull();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('Nothing was removed');
    box.locked = false;
    expect(await keeper.find(slot)).toBe('hunter2');
  });

  it('is the same when it is gone altogether', async () => {
    await keepInKeychain('hunter2');
    box.available = false;
    expect(await run().find(slot)).toBeNull();
    box.available = true;
    expect(await run().find(slot)).toBe('hunter2');
  });

  it('keeps no tunnel from coming back whose secret was read before', async () => {
    await keepInKeychain('hunter2');
    const keeper = run();
    await keeper.find(slot);
    box.locked = true;
    expect(await keeper.find(slot)).toBe('hunter2');
  });

  it('that takes nothing leaves the secret good for this run', async () => {
    box.locked = true;
    const keeper = run();
    keeper.hold(slot, { secret: 'hunter2', remember: true });
    await keeper.accepted(slot);
    expect(await keeper.find(slot)).toBe('hunter2');
    expect(told).toEqual(['The secret is kept for this run only. The keychain did not take it.']);
  });
});
