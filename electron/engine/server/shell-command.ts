import { randomInt, randomUUID } from 'node:crypto';

/** What starts a shell of our own on the server, and how we know that it is one. */
export interface ShellCommand {
  readonly command: string;
  /** The line that the shell says first; only then may it get its script. */
  readonly readyLine: string;
}

/**
 * The command for `sh`, whatever the account's shell is: sh, csh and fish agree on single quotes. It is one word of
 * theirs, and its ready line is a sum that only a shell of ours works out: what repeats its command, or runs only the
 * part before a `;` (`ForceCommand`), does not say it. An empty line goes first, as a login shell may have said
 * something without an end of line (the window's title, for instance).
 *
 * OpenSSH makes every command the leader of a process group, which can be ended as one; dropbear does not, so there `setsid`
 * does, if it is there. It replaces the shell: one that leads no group needs no fork.
 */
export function shellCommand(): ShellCommand {
  const [one, two] = [randomInt(1_000_000), randomInt(1_000_000)];
  const word = `culvert-${randomUUID()}`;
  const steps = [
    'echo',
    `echo ${word}-$((${one}+${two}))`,
    'kill -0 "-$$" 2>/dev/null || if command -v setsid >/dev/null; then exec setsid /bin/sh; fi',
    'exec /bin/sh',
  ];
  return { command: `exec /bin/sh -c '${steps.join('; ')}'`, readyLine: `${word}-${one + two}` };
}
