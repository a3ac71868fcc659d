// Where things stand: the repository, and the cache that outlives a clone.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The repository's root folder, absolute. */
export const repositoryRoot = resolve(import.meta.dirname, '..', '..');

/**
 * The folder for what is downloaded once for all clones: `$XDG_CACHE_HOME/culvert` on Linux (XDG Base Directory
 * Specification), the system's own cache folder elsewhere.
 *
 * @param {NodeJS.Platform} [platform]
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string}
 */
export function cacheFolder(platform = process.platform, env = process.env) {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'culvert');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'culvert');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'culvert');
}
