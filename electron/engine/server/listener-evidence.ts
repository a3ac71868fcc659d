import type { SystemListener } from '#shared/listener.ts';
import type { SeenServer } from '#shared/server-look.ts';
import { isSshServer } from './read-look.ts';

/**
 * How strongly a listener looks like one that an SSH server holds for our account: 4 where it is our own session's
 * process; 3 where it is an SSH server's, or one of the account that hides itself as sshd does; 2 where it may be any
 * program's of the account; 1 where nothing but the port speaks for it.
 */
export type Evidence = 1 | 2 | 3 | 4;

/** Claims that it is no more than a guess. */
export function isGuess(evidence: Evidence): boolean {
  return evidence <= 2;
}

/**
 * What speaks for it; null for another program's. OpenSSH's sessions listen under the account's own number, and their
 * processes are hidden from the account itself. A server that stays root after login (an older dropbear) listens as root,
 * but so does everything else of root's: that is no more than a guess.
 */
export function evidenceFor(
  { process, owner }: SystemListener,
  { account, serverPid, tool, system }: SeenServer,
): Evidence | null {
  if (process !== null) {
    if (process.pid === serverPid) return 4;
    return isSshServer(process.name) ? 3 : null;
  }
  if (owner === null || account.uid === null) return 1;
  const namesOwnPrograms = tool !== 'procNetTcp' && (system === 'Linux' || system === 'Android');
  // Root is shown every process: what has none is the kernel's own.
  if (account.uid === 0 && owner.uid === 0) return namesOwnPrograms ? null : 1;
  if (owner.uid === account.uid) return namesOwnPrograms ? 3 : 2;
  return owner.uid === 0 ? 1 : null;
}
