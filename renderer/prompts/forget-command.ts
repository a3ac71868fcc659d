import type { HostKeyChanged } from '../store/askings.ts';

/** The command that forgets a host's keys (ssh-keygen(1), -R), with `[host]:port` where the port is not 22. */
export function forgetCommand({
  host,
  port,
  known,
}: Pick<HostKeyChanged, 'host' | 'port' | 'known'>): string {
  const name = port === 22 ? host : `[${host}]:${port}`;
  const file = known[0]?.file;
  const words = ['ssh-keygen', ...(file === undefined ? [] : ['-f', quote(file)]), '-R', quote(name)];
  return words.join(' ');
}

/** For a POSIX shell, to which brackets mean something. */
function quote(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
