import type { Profile } from '#shared/profile.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { mayUseSecret } from '#shared/secret-users.ts';

/** More names would bury what it means. */
const MAX_NAMES = 8;

/** What a person is told about kept secrets that the keychain does not open: which tunnels will ask, and that nothing is lost. */
export function unreadableWords(slots: readonly SecretSlot[], profiles: readonly Profile[]): string {
  const [what, it] = slots.length === 1 ? ['A kept secret', 'it'] : [`${slots.length} kept secrets`, 'them'];
  const users = profiles.filter((profile) => slots.some((slot) => mayUseSecret(profile, slot)));
  return (
    `${what} cannot be read, because the keychain is locked, gone or another one. ` +
    `Nothing was removed: once the old keychain is back, Culvert uses ${it} again. ${whoAsks(users)}`
  );
}

function whoAsks(users: readonly Profile[]): string {
  if (users.length === 0) return 'Until then you are asked.';
  const names = users.slice(0, MAX_NAMES).map(({ name }) => `“${name}”`);
  const more = users.length - names.length;
  return `Until then these tunnels need their secret from you: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
