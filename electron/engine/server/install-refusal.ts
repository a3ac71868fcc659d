import type { CommandError } from '#shared/contract/command.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { ShellFailure } from './ask-shell.ts';

/** Why a key was not added, in the server's own words, as far as a person can use them. */
export function notAdded(why: string): CommandError {
  return { code: 'unavailable', message: `The server did not add the key: ${why.replace(/\.$/, '')}.` };
}

/** What a script said on its way out, such as `mkdir: cannot create directory '/x/.ssh': Permission denied`. */
export function scriptWords(said: string): string {
  const safe = makeServerLineSafe(said);
  const cause = SYSTEM_CAUSES.exec(safe)?.[0];
  if (cause === undefined) return safe || 'it did not say why';
  const words = `~/.ssh/authorized_keys cannot be written there (${cause})`;
  // A shell's own printf does not say more, whatever the reason was.
  return /^i\/o error$/i.test(cause) ? `${words}; perhaps its disk is full` : words;
}

/** The end of what every shell and tool says of a failed system call in the C locale (strerror(3)). */
const SYSTEM_CAUSES =
  /(?:Permission denied|Operation not permitted|Read-only file system|No space left on device|Disk quota exceeded|File too large|Is a directory|Not a directory|No such file or directory|I\/O error)$/i;

/** Why the server's shell gave no answer; `wasAsked` claims that it may have done what it was asked, all the same. */
export function shellWords(failure: ShellFailure, wasAsked: boolean): string {
  const lookFirst = wasAsked ? '. Look whether it is there before you try again' : '';
  switch (failure.reason) {
    case 'refused':
      return 'it runs no commands for this account';
    case 'busy':
      return 'it runs no more commands at this time';
    case 'sessionLost':
      return `the session was lost${lookFirst}`;
    case 'timedOut':
      return `it did not answer in time${lookFirst}`;
    case 'silent':
      return 'it did not answer in time, and nothing was sent to it';
    case 'tooMuch':
      return `it said too much${lookFirst}`;
    case 'otherAnswer':
      return otherAnswer(makeServerLineSafe(failure.said));
  }
}

function otherAnswer(said: string): string {
  if (said === '') return 'it runs something else in place of commands, which says nothing';
  // What bash, ksh and others say as restricted shells (bash(1), RESTRICTED SHELL).
  if (/\brestricted\b/i.test(said)) return `its shell is restricted for this account (${said})`;
  return `it runs something else in place of commands (${said})`;
}
