import type { TunnelError } from './tunnel-error.ts';

/**
 * Whether what a login needs is only away for a while, where it was there before: an agent that is locked or starts anew (KeePassXC
 * and others take their keys out of it meanwhile), a share of the network. Nothing of it reaches the server's count of failed logins.
 * An agent that does not sign is none of these: its user may have said no, and would be asked again and again.
 * On a first start the same errors say that the profile is wrong.
 */
export function comesBack(error: TunnelError): boolean {
  switch (error.code) {
    case 'agentHasNoKeys':
    case 'agentKeyMissing':
      return true;
    case 'agentUnavailable':
      return error.socket !== null;
    case 'keyFileUnreadable':
      return error.cause === 'ETIMEDOUT';
    default:
      return false;
  }
}
