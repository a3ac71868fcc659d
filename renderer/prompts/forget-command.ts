import type { HostKeyChanged } from '../store/askings.ts';

/** The command that forgets a server's keys in one file (ssh-keygen(1), -R). It takes all lines of that name. */
export function forgetCommand(
  { knownAs }: Pick<HostKeyChanged, 'knownAs'>,
  file: string | undefined,
): string {
  const words = ['ssh-keygen', ...(file === undefined ? [] : ['-f', quote(file)]), '-R', quote(knownAs)];
  return words.join(' ');
}

/** For a POSIX shell, to which brackets mean something. */
function quote(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
