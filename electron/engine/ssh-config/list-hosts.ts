import { type ConfigHosts, MAX_CONFIG_FILES, MAX_CONFIG_HOSTS } from '#shared/config-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { shownPath } from './expand-tokens.ts';
import { includedPath } from './included-path.ts';
import { isHostArgument } from './login-arguments.ts';
import { MOST_READ, MOST_TEXT } from './reading-limits.ts';
import { splitLine } from './split-line.ts';
import { watchedPaths } from './watched-paths.ts';

/**
 * The Hosts that the configuration names in full, through its includes: what could be typed after `ssh`. Those of the
 * user's file go first, then the system's. Patterns are no names. Never throws; a file that cannot be read names none.
 */
export function listConfigHosts(frame: ConfigFrame): ConfigHosts {
  const listing = new Listing(frame);
  listing.read(frame.userFile, true);
  listing.read(frame.systemFile, false);
  return listing.result();
}

class Listing {
  readonly #frame: ConfigFrame;
  readonly #hosts = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #watched = new Set<string>();
  #textRead = 0;
  #cut: string | null = null;

  constructor(frame: ConfigFrame) {
    this.#frame = frame;
  }

  result(): ConfigHosts {
    return {
      file: shownPath(this.#frame.userFile, this.#frame.home),
      hosts: [...this.#hosts],
      files: [...new Set([...this.#seen, ...this.#watched])],
      cut: this.#cut,
    };
  }

  read(path: string, isUsers: boolean): void {
    if (this.#seen.has(path)) return;
    if (this.#seen.size === MOST_READ) {
      this.#cut ??= `Only the Hosts of the first ${MOST_READ} files are listed.`;
      return;
    }
    this.#seen.add(path);
    const content = this.#frame.files.read(path);
    if (content.kind !== 'text') return;
    this.#textRead += content.text.length;
    if (this.#textRead > MOST_TEXT) {
      this.#cut ??= 'Only the Hosts of the first 8 megabytes are listed.';
      return;
    }
    // A mark in front of the first Host refuses it, and is named there: that Host must be one to choose.
    for (const text of content.text.replace(/^\ufeff/, '').split('\n')) {
      const line = splitLine(text);
      if (line.kind !== 'option') continue;
      if (line.keyword === 'host') this.#add(line.args.filter(isName));
      if (line.keyword === 'include') this.#include(line.args, isUsers);
    }
  }

  #add(names: readonly string[]): void {
    for (const name of names) {
      if (this.#hosts.size < MAX_CONFIG_HOSTS) this.#hosts.add(name);
      else if (!this.#hosts.has(name)) this.#cut ??= `Only the first ${MAX_CONFIG_HOSTS} Hosts are listed.`;
    }
  }

  #include(patterns: readonly string[], isUsers: boolean): void {
    const { files, home } = this.#frame;
    for (const pattern of patterns) {
      const path = includedPath(pattern, isUsers, home);
      if (path === null) continue;
      for (const each of watchedPaths(path, files)) {
        // What is read is watched anyway.
        if (this.#watched.size < MAX_CONFIG_FILES - MOST_READ) this.#watched.add(each);
      }
      for (const file of files.expand(path) ?? []) this.read(file, isUsers);
    }
  }
}

const isName = (pattern: string): boolean => /^[^!*?\p{C}]{1,253}$/u.test(pattern) && isHostArgument(pattern);
