import { assertNever } from './assert-never.ts';
import { type ErrorDescription, say } from './error-description.ts';
import { describeSystemCause } from './system-cause.ts';
import type { TunnelError } from './tunnel-error.ts';

/** Why a server’s key was not taken. */
export type HostKeyError = Extract<
  TunnelError,
  {
    code:
      | 'hostKeyChanged'
      | 'hostKeyRevoked'
      | 'hostKeyNotTrusted'
      | 'hostKeyNotListed'
      | 'knownHostsUnreadable';
  }
>;

/** What happened and what to do about it, one sentence each. */
export function describeHostKeyError(error: HostKeyError): ErrorDescription {
  switch (error.code) {
    case 'hostKeyChanged':
      return say(
        `The key of ${error.host} is not the one you trusted.`,
        'Somebody may be in between, or the server was set up anew. Ask its administrator before you go on.',
        'showKeys',
      );
    case 'hostKeyRevoked':
      return say(
        `The key of ${error.host} is marked as revoked in ${error.file}, line ${error.line}.`,
        'Nobody should trust this key any more. Ask the server’s administrator for its new one.',
        null,
      );
    case 'hostKeyNotTrusted':
      return say(
        `You did not trust the key of ${error.host}.`,
        'Compare its fingerprint with the one its owner gave you, then start again.',
        'retry',
      );
    case 'hostKeyNotListed':
      return say(
        `The key of ${error.host} is not known, and this profile takes known keys only.`,
        `Compare ${error.fingerprint} with what its owner says. Then choose to be asked about unknown keys, under “Host keys” in the profile.`,
        'edit',
      );
    case 'knownHostsUnreadable':
      return say(
        `The list of known hosts ${error.file} cannot be read: ${describeSystemCause(error.cause)}.`,
        'Without it no server can be trusted. Put the file right, then start again.',
        'retry',
      );
    default:
      return assertNever(error);
  }
}
