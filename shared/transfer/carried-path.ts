import { oneLine } from '../one-line.ts';

/**
 * The path of a key file in an export: `~/…` inside the home folder of whoever imports it, or one from the root. Not out of
 * a folder by `..`, and not on another computer: Windows would log in there with the user's own name and hash.
 */
export const carriedPathSchema = oneLine('The path of a key file', 4096)
  .refine((path) => path !== '', 'The path of the key file is empty.')
  .refine((path) => !path.split(/[\\/]/).includes('..'), 'The path of a key file cannot go up by “..”.')
  .refine((path) => !/^[\\/]{2}/.test(path), 'A key file cannot lie on another computer.');

/** A path as an export carries it: inside the home folder from `~` on, with slashes; elsewhere as it is. */
export function carriedPath(path: string, homeFolder: string): string {
  const home = homeFolder.replace(/[\\/]+$/, '');
  if (home === '' || !path.startsWith(home)) return path;
  const rest = path.slice(home.length);
  const isWindows = home.includes('\\');
  if (!/^[\\/]/.test(rest)) return path;
  return `~${isWindows ? rest.replaceAll('\\', '/') : rest}`;
}
