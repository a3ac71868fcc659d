import { describe, expect, it } from 'vitest';
import type { Keychain } from '#shared/environment.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { unreadableWords } from './unreadable-secrets.ts';

const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'bastion.example.org', port: 22 };
const named = (...names: readonly string[]) => names.map((name) => makeProfile({ name }));

describe('what is said of secrets that cannot be read', () => {
  it('names the tunnels that will ask, and no others', () => {
    const other = makeProfile({ name: 'Other', server: { host: 'other', port: 22, user: 'ana' } });
    const words = unreadableWords([slot], [...named('Mail', 'Work'), other], 'locked');
    expect(words).toMatch(/^A kept secret cannot be read.*uses it again\. .*: “Mail”, “Work”\.$/);
  });

  it('says that nothing was removed, and of how many', () => {
    expect(unreadableWords([slot, { ...slot, user: 'bob' }], [], 'none')).toBe(
      '2 kept secrets cannot be read, because no keychain was found. Nothing was removed: once it is back, ' +
        'quit Culvert and start it again, and it uses them. Until then you are asked.',
    );
  });

  it('says what helps: to unlock it, and a new start only where that is needed', () => {
    const words = (keychain: Keychain) => unreadableWords([slot], [], keychain);
    expect(words('locked')).toContain(
      'the keychain is locked. Nothing was removed: once you unlock it, Culvert uses it',
    );
    expect(words('locked')).not.toContain('start');
    expect(words('lateUnlock')).toContain('unlock it, quit Culvert and start it again, and it uses it.');
    expect(words('ready')).toContain('has another key');
  });

  it('does not name a hundred', () => {
    const many = named(...Array.from({ length: 100 }, (_none, index) => `T${index}`));
    expect(unreadableWords([slot], many, 'ready')).toMatch(/“T7” and 92 more\.$/);
  });
});
