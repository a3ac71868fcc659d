import { describe, expect, it } from 'vitest';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { makeProfile } from '../storage/storage-fixture.ts';
import { unreadableWords } from './unreadable-secrets.ts';

const slot: SecretSlot = { kind: 'password', user: 'ana', host: 'bastion.example.org', port: 22 };
const named = (...names: readonly string[]) => names.map((name) => makeProfile({ name }));

describe('what is said of secrets that cannot be read', () => {
  it('names the tunnels that will ask, and no others', () => {
    const other = makeProfile({ name: 'Other', server: { host: 'other', port: 22, user: 'ana' } });
    const words = unreadableWords([slot], [...named('Mail', 'Work'), other]);
    expect(words).toMatch(/^A kept secret cannot be read.*uses it again\. .*: “Mail”, “Work”\.$/);
  });

  it('says that nothing was removed, and of how many', () => {
    expect(unreadableWords([slot, { ...slot, user: 'bob' }], [])).toBe(
      '2 kept secrets cannot be read, because the keychain is locked, gone or another one. Nothing was removed: ' +
        'once the old keychain is back, Culvert uses them again. Until then you are asked.',
    );
  });

  it('does not name a hundred', () => {
    const many = named(...Array.from({ length: 100 }, (_none, index) => `T${index}`));
    expect(unreadableWords([slot], many)).toMatch(/“T7” and 92 more\.$/);
  });
});
