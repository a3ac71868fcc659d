import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { HostKeySightings } from './host-key-sightings.ts';
import { PracticeStore } from './practice-store.ts';
import { SecretStore } from './secret-store.ts';
import { SettingsStore } from './settings-store.ts';
import { makeTestFolder, type TestFolder } from './storage-fixture.ts';
import { WantedStore } from './wanted-store.ts';

let place: TestFolder;
beforeEach(() => {
  place = makeTestFolder();
});
afterEach(() => place.remove());

describe('settings', () => {
  it('begin with their defaults and survive', () => {
    const settings = new SettingsStore(place);
    expect(settings.get()).toEqual({ openAtLogin: false, toldAboutClosing: false });
    settings.change({ toldAboutClosing: true });
    expect(new SettingsStore(place).get()).toEqual({ openAtLogin: false, toldAboutClosing: true });
  });

  it('stay as they were when the disk refuses', () => {
    const settings = new SettingsStore(place);
    place.failWith = 'EIO';
    expect(settings.change({ openAtLogin: true })).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(settings.get().openAtLogin).toBe(false);
  });

  it('that are damaged are kept aside, and Culvert goes on with the defaults', () => {
    place.write('settings.json', '{"version":1,"openAtLogin":"maybe"}');
    expect(new SettingsStore(place).get().openAtLogin).toBe(false);
    expect(place.read('settings.corrupt-2026-11-23T09-00-00Z.json')).toContain('maybe');
    expect(place.told).toHaveLength(1);
  });
});

describe('the sightings of host keys', () => {
  it('tell when a server last proved a key, over a restart, each name and key by itself', () => {
    const sightings = new HostKeySightings(place);
    sightings.note('core', 'SHA256:a', 1_000_000);
    sightings.note('core', 'SHA256:b', 2_000_000);
    sightings.note('core', 'SHA256:a', 3_000_000);
    const again = new HostKeySightings(place);
    expect(again.lastProved('core', 'SHA256:a')).toBe(3_000_000);
    expect(again.lastProved('core', 'SHA256:b')).toBe(2_000_000);
    expect(again.lastProved('[core]:2222', 'SHA256:a')).toBeNull();
  });

  it('write no file for a key that was seen a moment ago', () => {
    const sightings = new HostKeySightings(place);
    sightings.note('core', 'SHA256:a', 1_000_000);
    const before = place.read('host-keys-seen.json');
    sightings.note('core', 'SHA256:a', 1_059_000);
    expect(place.read('host-keys-seen.json')).toBe(before);
    sightings.note('core', 'SHA256:a', 1_060_000);
    expect(sightings.lastProved('core', 'SHA256:a')).toBe(1_060_000);
  });

  it('let go of the key not seen for longest when there are too many', () => {
    const many = Array.from({ length: 2_000 }, (_, at) => ({ knownAs: `h${at}`, fingerprint: 'x', at }));
    place.write('host-keys-seen.json', JSON.stringify({ version: 1, sightings: many }));
    const sightings = new HostKeySightings(place);
    sightings.note('h0', 'x', 100_000);
    sightings.note('new', 'x', 100_000);
    expect(sightings.lastProved('h0', 'x')).toBe(100_000);
    expect(sightings.lastProved('h1', 'x')).toBeNull();
    expect(sightings.lastProved('h2', 'x')).toBe(2);
  });
});

describe('wanted tunnels', () => {
  it('are on the disk at once, so that a crash keeps them', () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const wanted = new WantedStore(place);
    wanted.add([a, b]);
    wanted.remove([a]);
    const next = new WantedStore(place);
    expect([next.has(a), next.has(b)]).toEqual([false, true]);
  });

  it('hold for this run where they cannot be saved, and are saved at the next chance', () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const wanted = new WantedStore(place);
    place.failWith = 'ENOSPC';
    expect(wanted.add([a])).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(wanted.has(a)).toBe(true);
    place.failWith = null;
    wanted.add([b]);
    expect(new WantedStore(place).has(a)).toBe(true);
  });

  it('are not written again when nothing changed', () => {
    const a = randomUUID();
    const wanted = new WantedStore(place);
    wanted.add([a]);
    place.failWith = 'EIO';
    expect(wanted.add([a]).ok).toBe(true);
    expect(wanted.remove([randomUUID()]).ok).toBe(true);
  });
});

describe('the practice server’s identity', () => {
  it('survives, readable by its owner alone', () => {
    const identity = {
      hostKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      password: 'x'.repeat(32),
    };
    expect(new PracticeStore(place).get()).toEqual({ identity: null, port: null });
    new PracticeStore(place).set({ identity, port: 40022 });
    expect(new PracticeStore(place).get()).toEqual({ identity, port: 40022 });
    expect(statSync(place.path('practice.json')).mode & 0o777).toBe(0o600);
  });
});

describe('kept secrets', () => {
  const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'Example.org', port: 22 };
  const other: SecretSlot = { kind: 'passphrase', keyFile: '__proto__' };

  it('survive, one for each slot, readable by their owner alone', () => {
    const secrets = new SecretStore(place);
    secrets.set(slot, Buffer.from([0, 255, 1]));
    secrets.set(other, Buffer.from('x'));
    const next = new SecretStore(place);
    expect(next.get({ ...slot, host: 'example.ORG' })).toEqual(Buffer.from([0, 255, 1]));
    expect(next.get(other)).toEqual(Buffer.from('x'));
    expect(next.get({ ...slot, port: 23 })).toBeNull();
    expect(statSync(place.path('secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('are gone when forgotten: no backup holds them', () => {
    const secrets = new SecretStore(place);
    secrets.set(slot, Buffer.from('x'));
    secrets.delete(slot);
    secrets.delete(other);
    expect(new SecretStore(place).get(slot)).toBeNull();
    expect(place.files()).toEqual(['secrets.json']);
  });
});
