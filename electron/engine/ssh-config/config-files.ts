import { lstatSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type ConfigText, readConfigText } from './config-text.ts';
import { globComponent, isGlob } from './glob-component.ts';

/** The files that a configuration may stand in, so that it can be read anywhere. */
export interface ConfigFiles {
  /** The text of a file, or why there is none. */
  read(path: string): ConfigText;
  /**
   * The paths that a pattern of glob(7) names, sorted; a plain path names itself where it exists. Null for a pattern that
   * leads through more names than anybody would wait for.
   */
  expand(pattern: string): readonly string[] | null;
}

// A pattern with a star at each level would go through all that there is on this computer.
const MOST_NAMES = 20_000;

/** The files of this computer. Reads synchronously: they are few and small. Never throws. */
export const diskFiles: ConfigFiles = {
  read: readConfigText,
  expand(pattern) {
    if (!isAbsolute(pattern)) return [];
    const [root = '', ...parts] = pattern.split(/\/+/);
    const start = root === '' ? '/' : root;
    return new Expansion().of(
      start,
      parts.filter((part) => part !== ''),
    );
  },
};

class Expansion {
  #namesLeft = MOST_NAMES;

  of(root: string, parts: readonly string[]): readonly string[] | null {
    const found = this.#from(root, parts);
    return this.#namesLeft < 0 ? null : found.sort(byBytes);
  }

  #from(folder: string, [part, ...others]: readonly string[]): string[] {
    if (part === undefined) return exists(folder) ? [folder] : [];
    if (!isGlob(part)) return this.#from(join(folder, part), others);
    const fits = globComponent(part);
    return this.#list(folder)
      .filter(fits)
      .flatMap((name) => this.#from(join(folder, name), others));
  }

  #list(folder: string): string[] {
    if (this.#namesLeft < 0) return [];
    try {
      const names = readdirSync(folder);
      this.#namesLeft -= names.length;
      return this.#namesLeft < 0 ? [] : names;
    } catch {
      return [];
    }
  }
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A link counts, wherever it leads, and what cannot be looked at does not (glob.c, glob2). */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
