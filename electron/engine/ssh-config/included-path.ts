import { expandTilde } from './expand-tokens.ts';

/**
 * The path that an `Include` means: a relative one starts in the folder of the user's or of the system's ssh, not in that of
 * the file (ssh_config(5), Include). Null where ssh takes no such path.
 */
export function includedPath(pattern: string, isUsers: boolean, home: string): string | null {
  if (pattern === '' || (pattern.startsWith('~') && !isUsers)) return null;
  if (pattern.startsWith('/') || /^[A-Za-z]:[\\/]/.test(pattern)) return pattern;
  if (pattern.startsWith('~')) return expandTilde(pattern, home);
  return isUsers ? `${home}/.ssh/${pattern}` : `/etc/ssh/${pattern}`;
}
