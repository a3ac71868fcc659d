import { assertNever } from '#shared/assert-never.ts';
import type { Keychain } from '#shared/environment.ts';
import type { Profile } from '#shared/profile.ts';
import type { SecretSlot } from '#shared/secret-slot.ts';
import { mayUseSecret } from '#shared/secret-users.ts';
import { namesInWords } from './names-in-words.ts';

/** What a person is told about kept secrets that the keychain does not open: which tunnels will ask, and that nothing is lost. */
export function unreadableWords(
  slots: readonly SecretSlot[],
  profiles: readonly Profile[],
  keychain: Keychain,
): string {
  const [what, it] = slots.length === 1 ? ['A kept secret', 'it'] : [`${slots.length} kept secrets`, 'them'];
  const users = profiles.filter((profile) => slots.some((slot) => mayUseSecret(profile, slot)));
  const [why, remedy] = whyAndRemedy(keychain, it);
  return `${what} cannot be read, because ${why}. Nothing was removed: ${remedy}. ${whoAsks(users)}`;
}

/** Electron asks for the keychain's key once in a run: what comes back later is used only after a new start. */
function whyAndRemedy(keychain: Keychain, it: string): readonly [string, string] {
  const again = `quit Culvert and start it again, and it uses ${it}`;
  switch (keychain) {
    case 'locked':
      return ['the keychain is locked', `once you unlock it, Culvert uses ${it} again`];
    case 'lateUnlock':
      return ['the keychain was locked when Culvert asked for its key', `unlock it, ${again}`];
    case 'none':
      return ['no keychain was found', `once it is back, ${again}`];
    case 'ready':
      return [
        'the keychain has another key than the one they were kept with',
        `once the old one is back, ${again}`,
      ];
    default:
      return assertNever(keychain);
  }
}

function whoAsks(users: readonly Profile[]): string {
  if (users.length === 0) return 'Until then you are asked.';
  const names = namesInWords(users.map(({ name }) => name));
  return `Until then these tunnels need their secret from you: ${names}.`;
}
