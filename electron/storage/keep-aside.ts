import { existsSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeTextAtomically } from './atomic-writer.ts';

/**
 * Moves a file out of the way without losing a byte, as `profiles.corrupt-2026-11-23T09-25-53Z.json` in the
 * same folder. Gives the new name; throws the file system's error.
 */
export function moveAside(path: string, why: 'corrupt', at: Date): string {
  const aside = asidePath(path, why, at);
  renameSync(path, aside);
  return basename(aside);
}

/** Writes what had to be left out of a file beside it. Gives the name; throws the file system's error. */
export function writeAside(path: string, why: 'rejected', at: Date, content: unknown): string {
  const aside = asidePath(path, why, at);
  writeTextAtomically(aside, `${JSON.stringify(content, null, 2)}\n`);
  return basename(aside);
}

/** A name that is still free. Colons are left out of the time: Windows has no such file names. */
function asidePath(path: string, why: string, at: Date): string {
  const stem = basename(path, '.json');
  const time = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-');
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : `-${count}`;
    const candidate = join(dirname(path), `${stem}.${why}-${time}${suffix}.json`);
    if (!existsSync(candidate)) return candidate;
  }
}
