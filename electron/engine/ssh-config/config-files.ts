import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** The files that a configuration may stand in, so that it can be read anywhere. */
export interface ConfigFiles {
  /** The text of a file, or why there is none. */
  read(path: string): ConfigText;
  /** The paths that a pattern of glob(7) names, sorted; a plain path names itself where it exists. */
  expand(pattern: string): readonly string[];
}

/** `writableByOthers`: ssh refuses such a file when another one includes it, or when it is the user's own. */
export type ConfigText =
  | { readonly kind: 'text'; readonly text: string; readonly writableByOthers: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A configuration of a megabyte is a mistake: nobody writes one, and a device file would never end. */
const LARGEST_BYTES = 1024 * 1024;

/** The files of this computer. Reads synchronously: they are few and small. Never throws. */
export const diskFiles: ConfigFiles = {
  read(path) {
    try {
      const { size, mode, uid } = statSync(path);
      if (size > LARGEST_BYTES) return { kind: 'unreadable', reason: 'it is larger than a megabyte' };
      const isForeign = process.getuid !== undefined && uid !== 0 && uid !== process.getuid();
      const isOpen = process.platform !== 'win32' && (mode & 0o022) !== 0;
      return { kind: 'text', text: readFileSync(path, 'utf8'), writableByOthers: isForeign || isOpen };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
      return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
  },
  expand(pattern) {
    if (!isAbsolute(pattern)) return [];
    const [root = '', ...parts] = pattern.split(/\/+/);
    return expandFrom(
      root === '' ? '/' : root,
      parts.filter((part) => part !== ''),
    ).sort(byBytes);
  },
};

function expandFrom(folder: string, [part, ...others]: readonly string[]): string[] {
  if (part === undefined) return exists(folder) ? [folder] : [];
  if (!/[*?[\\]/.test(part)) return expandFrom(join(folder, part), others);
  const pattern = componentPattern(part);
  const names = list(folder).filter(
    (name) => pattern.test(name) && (part.startsWith('.') || !name.startsWith('.')),
  );
  return names.flatMap((name) => expandFrom(join(folder, name), others));
}

/** One component of a path pattern (glob(7)): `*`, `?`, `[a-z]`, `[!a-z]`, and a backslash before a plain character. */
function componentPattern(part: string): RegExp {
  const source = part.replace(/\\(.)|\[([!^]?)(\]?[^\]]*)\]|[\s\S]/g, (all, escaped, negation, set) => {
    if (escaped !== undefined) return quoted(escaped);
    if (set !== undefined) return `[${negation ? '^' : ''}${set.replace(/[\\[\]^]/g, '\\$&')}]`;
    if (all === '*') return '.*';
    return all === '?' ? '.' : quoted(all);
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return new RegExp(`^${[...part].map(quoted).join('')}$`);
  }
}

const quoted = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
