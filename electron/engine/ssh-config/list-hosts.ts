import type { ConfigHosts } from '#shared/config-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { shownPath } from './expand-tokens.ts';
import { includedPath } from './included-path.ts';
import { isHostArgument } from './login-arguments.ts';
import { splitLine } from './split-line.ts';
import { watchedPaths } from './watched-paths.ts';

/** More would make no list to choose from. */
const MOST_HOSTS = 2000;
const MOST_FILES = 200;

/**
 * The Hosts that the configuration names in full, through its includes: what could be typed after `ssh`. Those of the
 * user's file go first, then the system's. Patterns are no names. Never throws; a file that cannot be read names none.
 */
export function listConfigHosts({ files, home, userFile, systemFile }: ConfigFrame): ConfigHosts {
  const hosts = new Set<string>();
  const seen = new Set<string>();
  const read = (path: string, isUsers: boolean) => {
    if (seen.has(path) || seen.size >= MOST_FILES) return;
    seen.add(path);
    const content = files.read(path);
    if (content.kind !== 'text') return;
    // A mark in front of the first Host refuses it, and is named there: that Host must be one to choose.
    for (const text of content.text.replace(/^\ufeff/, '').split('\n')) {
      const line = splitLine(text);
      if (line.kind !== 'option') continue;
      if (line.keyword === 'host') for (const name of line.args) if (isName(name)) hosts.add(name);
      if (line.keyword === 'include') for (const path of included(line.args, isUsers)) read(path, isUsers);
    }
  };
  const watched = new Set<string>();
  const included = (patterns: readonly string[], isUsers: boolean) =>
    patterns.flatMap((pattern) => {
      const path = includedPath(pattern, isUsers, home);
      if (path === null) return [];
      for (const each of watchedPaths(path, files)) if (watched.size < MOST_FILES) watched.add(each);
      return files.expand(path) ?? [];
    });
  read(userFile, true);
  read(systemFile, false);
  return {
    file: shownPath(userFile, home),
    hosts: [...hosts].slice(0, MOST_HOSTS),
    files: [...seen, ...watched],
  };
}

const isName = (pattern: string): boolean => /^[^!*?\p{C}]{1,253}$/u.test(pattern) && isHostArgument(pattern);
