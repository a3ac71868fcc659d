import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileErrorCode } from './file-error.ts';

/**
 * Why a file should not be replaced, in a sentence, or null. A file without any write permission counts as
 * read-only although renaming over it would work (rename(2) asks the folder only), and although root may
 * write anything: whoever took the permission away meant it.
 */
export function whyNotWritable(path: string): string | null {
  if (!mayWrite(path)) return `${basename(path)} is read-only.`;
  if (!mayWrite(dirname(path))) return `The folder ${dirname(path)} is read-only.`;
  return null;
}

/** What does not exist can still be made. */
function mayWrite(path: string): boolean {
  try {
    if ((statSync(path).mode & 0o222) === 0) return false;
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return fileErrorCode(error) === 'ENOENT';
  }
}
