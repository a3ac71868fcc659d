import { assertNever } from '#shared/assert-never.ts';
import type { Keychain } from '#shared/environment.ts';

/** Why what is typed is not kept by the keychain, in a sentence without its end; null where it can be. */
export function whyNotKept(keychain: Keychain): string | null {
  switch (keychain) {
    case 'ready':
      return null;
    case 'locked':
      return 'The keychain is locked';
    case 'lateUnlock':
      return 'The keychain was locked when Culvert started';
    case 'none':
      return 'No keychain was found';
    default:
      return assertNever(keychain);
  }
}

/** What the user can do about it, a sentence; empty where that is nothing. */
export function keychainRemedy(keychain: Keychain): string {
  switch (keychain) {
    case 'ready':
    case 'none':
      return '';
    case 'locked':
      return 'Once you unlock it, Culvert uses it at once.';
    case 'lateUnlock':
      return 'Unlock it, quit Culvert and start it again to use it.';
    default:
      return assertNever(keychain);
  }
}
