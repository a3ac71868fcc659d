import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces one whole file so that a reader sees the old document or the new one, never a part. */
export interface DocumentWriter {
  /** Throws the file system's error; the old file then stands as it was. */
  write(document: unknown): void;
}

/** Opens the writer of the file at a path. Inside Electron this is electron-store. */
export type OpenWriter = (path: string) => DocumentWriter;

/** A writer that needs nothing but Node. */
export const openAtomicWriter: OpenWriter = (path) => ({
  write: (document) => writeTextAtomically(path, `${JSON.stringify(document, null, 2)}\n`),
});

/**
 * Writes a neighbour, flushes it to the disk and renames it over the old file (rename(2) is atomic).
 * The file is readable by its owner alone, and so are folders that had to be made.
 */
export function writeTextAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceTextAtomically(path, text);
}

/** The same in a folder that must be there. (Node's recursive mkdir never returns for a path below /proc.) */
export function replaceTextAtomically(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // A leftover of a crashed process with the same pid may have another mode.
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
