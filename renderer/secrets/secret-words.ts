import { formatEndpoint } from '#shared/endpoint.ts';
import { knownByWords } from '#shared/known-by.ts';
import type { Profile } from '#shared/profile.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { mayUseSecret } from '#shared/secret-users.ts';

/** What a kept secret is, such as `Password of ana on core.example.org:22`. */
export function secretWords(slot: SecretSlot): string {
  switch (slot.kind) {
    case 'password':
      return `Password of ${slot.user} on ${formatEndpoint(slot)}${knownByWords(slot.knownBy)}`;
    case 'proxyPassword':
      return `Password of ${slot.user} on the proxy ${formatEndpoint(slot)}`;
    case 'passphrase':
      return `Passphrase of ${slot.keyFile}`;
  }
}

/** Which tunnels may use it, in a sentence. */
export function usersInWords(slot: SecretSlot, profiles: readonly Profile[]): string {
  const names = profiles.filter((profile) => mayUseSecret(profile, slot)).map(({ name }) => name);
  return names.length === 0 ? 'No saved tunnel uses it.' : `For ${names.join(', ')}.`;
}
