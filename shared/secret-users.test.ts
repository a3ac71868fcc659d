import { describe, expect, it } from 'vitest';
import { profileSchema } from './profile.ts';
import { readSecretSlotKey, type SecretSlot, secretSlotKey } from './secret-slot.ts';
import { mayUseSecret } from './secret-users.ts';

const ID = '5f2c1f0e-6a5b-4d0e-9a51-0d7d1b1c2a3f';
const server = { host: 'core.example.org', port: 22, user: 'ana' };
const profileWith = (change: object) =>
  profileSchema.parse({
    id: ID,
    name: 'Mail',
    server,
    login: { method: 'automatic' },
    forwards: [{ id: ID, kind: 'dynamic', bind: { address: 'localhost', port: 1080 } }],
    ...change,
  });
const password: SecretSlot = { kind: 'password', ...server };
const passphrase = (keyFile: string): SecretSlot => ({ kind: 'passphrase', keyFile });

describe('the tunnels that may use a secret', () => {
  it('are those of the same account on the same server, whatever the case of its name', () => {
    expect(mayUseSecret(profileWith({}), { ...password, host: 'CORE.example.org' })).toBe(true);
    expect(mayUseSecret(profileWith({}), { ...password, user: 'bob' })).toBe(false);
    expect(mayUseSecret(profileWith({}), { ...password, port: 2222 })).toBe(false);
  });

  it('are not those to which that server is known otherwise, and so may be another', () => {
    const known = profileWith({ hostKeys: { alias: 'Other.example.org', userFiles: ['~/known'] } });
    const slot: SecretSlot = {
      ...password,
      knownBy: { alias: 'other.example.org', userFiles: ['~/known'] },
    };
    expect(mayUseSecret(known, password)).toBe(false);
    expect(mayUseSecret(known, slot)).toBe(true);
    expect(mayUseSecret(profileWith({}), slot)).toBe(false);
    expect(mayUseSecret(profileWith({ hostKeys: { checking: 'yes' } }), password)).toBe(true);
    expect(readSecretSlotKey(secretSlotKey(slot))).toEqual(slot);
  });

  it('are those that name the key file, also from ~ on', () => {
    const named = (keyFile: string) => profileWith({ login: { method: 'keyFile', keyFile } });
    expect(mayUseSecret(named('/home/ana/.ssh/work'), passphrase('/home/ana/.ssh/work'))).toBe(true);
    expect(mayUseSecret(named('~/.ssh/work'), passphrase('/home/ana/.ssh/work'))).toBe(true);
    expect(mayUseSecret(named('~/.ssh/work'), passphrase('/home/ana/.ssh/other'))).toBe(false);
  });

  it('are, for a usual key file, those that log in automatically', () => {
    expect(mayUseSecret(profileWith({}), passphrase('/home/ana/.ssh/id_ed25519'))).toBe(true);
    expect(mayUseSecret(profileWith({}), passphrase('/home/ana/.ssh/work'))).toBe(false);
  });

  it('are also those that pass by the server on their way', () => {
    const jumpHosts = [{ server, login: { method: 'password' } }];
    const profile = profileWith({ server: { ...server, host: 'inner' }, jumpHosts });
    expect(mayUseSecret(profile, password)).toBe(true);
  });

  it('are not the practice tunnel, whose password is its own', () => {
    expect(mayUseSecret(profileWith({ practice: true }), password)).toBe(false);
  });
});

describe('the key of a slot', () => {
  it.each([password, passphrase('/home/ana/.ssh/id "x"')])('is read back as %j', (slot) => {
    expect(readSecretSlotKey(secretSlotKey(slot))).toEqual(slot);
  });

  it.each(['', '{}', '[]', '["password","ana"]', '["other","x"]', 'null'])('is not %j', (key) => {
    expect(readSecretSlotKey(key)).toBeNull();
  });
});
