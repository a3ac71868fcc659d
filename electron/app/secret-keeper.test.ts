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
/** What was said of unreadable ones, each time. */
let unreadable: (readonly SecretSlot[])[];
beforeEach(() => {
  place = makeTestFolder();
  box = new TestSecretBox();
  told = [];
  unreadable = [];
});
afterEach(() => place.remove());

/** One run of Culvert over the same folder and keychain. */
const run = () =>
  new SecretKeeper({
    store: new SecretStore(place),
    box,
    tell: (text) => void told.push(text),
    onUnreadable: (slots) => void unreadable.push(slots),
  });

async function keepInKeychain(secret: string, where: SecretSlot = slot): Promise<void> {
  const keeper = run();
  keeper.hold(where, { secret, remember: true });
  await keeper.accepted(where);
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
    box.keychain = 'none';
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
    const keeper = run();
    await keeper.find(slot);
    place.failWith = 'ENOSPC';
    await keeper.refused(slot);
    expect(told.join()).toContain('could not be removed');
    expect(told.join()).not.toContain('old');
  });
});

describe('a keychain that is locked or has changed', () => {
  it('loses nothing: the user is asked, is told of all that is concerned, and the entries wait', async () => {
    await keepInKeychain('hunter2');
    await keepInKeychain('open sesame', keySlot);
    const before = place.read('secrets.json');
    box.locked = true;
    const keeper = run();
    expect(await keeper.find(slot)).toBeNull();
    expect(await keeper.find(slot)).toBeNull();
    expect(unreadable.at(-1)).toEqual([slot, keySlot]);
    expect(keeper.list()).toEqual([
      { slot, isReadable: false },
      { slot: keySlot, isReadable: false },
    ]);
    expect(place.read('secrets.json')).toBe(before);
    box.locked = false;
    expect(await keeper.find(slot)).toBe('hunter2');
    expect(await keeper.find(keySlot)).toBe('open sesame');
    expect(unreadable.at(-1)).toEqual([]);
  });

  it('is told at once where there is none, before anybody asks', async () => {
    await keepInKeychain('hunter2');
    void run().look();
    expect(unreadable).toEqual([]);
    box.keychain = 'none';
    const keeper = run();
    void keeper.look();
    expect(unreadable).toEqual([[slot]]);
    expect(keeper.list()).toEqual([{ slot, isReadable: false }]);
  });

  it('is asked for when it is locked, if anything is kept, and read without a question once it is open', async () => {
    box.keychain = 'locked';
    await run().look();
    expect(box.unlocks).toBe(0);
    box.keychain = 'ready';
    await keepInKeychain('hunter2');
    box.keychain = 'locked';
    const keeper = run();
    await keeper.look();
    expect(box.unlocks).toBe(1);
    expect(unreadable.at(-1)).toEqual([slot]);
    box.keychain = 'ready';
    await keeper.look();
    expect(unreadable.at(-1)).toEqual([]);
    expect(await keeper.find(slot)).toBe('hunter2');
  });

  it('keeps what it would not open although the user mistypes meanwhile', async () => {
    await keepInKeychain('hunter2');
    box.locked = true;
    const keeper = run();
    expect(await keeper.find(slot)).toBeNull();
    keeper.hold(slot, { secret: 'hunter3', remember: true });
    await keeper.refused(slot);
    box.locked = false;
    expect(await run().find(slot)).toBe('hunter2');
  });

  it('has only that one replaced which is typed anew', async () => {
    await keepInKeychain('hunter2');
    await keepInKeychain('open sesame', keySlot);
    const old = box;
    box = new TestSecretBox('another');
    const keeper = run();
    expect(await keeper.find(slot)).toBeNull();
    keeper.hold(slot, { secret: 'hunter2', remember: true });
    await keeper.accepted(slot);
    expect(unreadable.at(-1)).toEqual([keySlot]);
    expect(await run().find(slot)).toBe('hunter2');
    box = old;
    expect(await run().find(keySlot)).toBe('open sesame');
    expect(await run().find(slot)).toBeNull();
  });

  it('is the same when it is gone altogether', async () => {
    await keepInKeychain('hunter2');
    box.keychain = 'none';
    expect(await run().find(slot)).toBeNull();
    box.keychain = 'ready';
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

describe('a secret that is to be forgotten', () => {
  it('is gone from the disk and from this run, and no other is', async () => {
    await keepInKeychain('hunter2');
    await keepInKeychain('open sesame', keySlot);
    const keeper = run();
    await keeper.find(slot);
    expect(await keeper.forget(slot)).toMatchObject({ ok: true });
    expect(keeper.list()).toEqual([{ slot: keySlot, isReadable: true }]);
    expect(await keeper.find(slot)).toBeNull();
    expect(await run().find(keySlot)).toBe('open sesame');
  });

  it('stays where the disk refuses, and that is said', async () => {
    await keepInKeychain('hunter2');
    const keeper = run();
    place.failWith = 'ENOSPC';
    expect(await keeper.forget(slot)).toMatchObject({ ok: false });
    expect(await keeper.find(slot)).toBe('hunter2');
  });
});
