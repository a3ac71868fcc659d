import type { Client } from 'ssh2';

/** A password in place of one that has run out. */
export interface PasswordChange {
  readonly old: string;
  readonly fresh: string;
}

/**
 * Claims that a server's own question is for a new password, as PAM asks in a keyboard-interactive login (pam_unix(8)): the one
 * that was given before is good for nothing once that login succeeds.
 */
export function asksForNewPassword(question: string): boolean {
  return /\bnew\b.*\bpassword\b/i.test(question);
}

/**
 * Answers SSH_MSG_USERAUTH_PASSWD_CHANGEREQ (RFC 4252, section 8). ssh2's own way takes the old password from what `connect` was
 * given, and ours is only known later.
 */
export function sendNewPassword(client: Client, user: string, { old, fresh }: PasswordChange): void {
  const { _protocol } = client as unknown as {
    _protocol: {
      readonly _authsQueue: string[];
      authPassword(user: string, password: string, newPassword: string): void;
    };
  };
  // ssh2 leaves the answered request in its queue, and would take the questions of a second proof for this same wish.
  _protocol._authsQueue.shift();
  _protocol.authPassword(user, old, fresh);
}
