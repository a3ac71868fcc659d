import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { replaceTextAtomically } from './atomic-writer.ts';
import { fileErrorWords } from './file-error.ts';

/** A thousand tunnels with a dozen forwards each are smaller. */
const MAX_IMPORT_BYTES = 5 * 1024 * 1024;

/** Writes an export where the user said, readable by its owner alone. What stood there is replaced whole, or stays. */
export function writeTransferFile(path: string, document: object): Result<null, CommandError> {
  try {
    replaceTextAtomically(path, `${JSON.stringify(document, null, 2)}\n`);
    return succeed(null);
  } catch (error) {
    return fail({
      code: 'storage',
      message: `The export could not be written: ${fileErrorWords(error)}.`,
    });
  }
}

/** Reads a file that the user chose to import; `name` is fit to be shown. */
export function readTransferFile(
  path: string,
): Result<{ readonly name: string; readonly text: string }, CommandError> {
  try {
    // Without waiting: a pipe may never have a writer.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const about = fstatSync(file);
      if (!about.isFile()) return refuse('This is no file that can be read.');
      if (about.size > MAX_IMPORT_BYTES)
        return refuse('This file is larger than 5 MB: it is no export of Culvert.');
      return succeed({
        name: visibleName(path),
        text: new TextDecoder('utf-8', STRICT).decode(readFileSync(file)),
      });
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof TypeError)
      return refuse('This file is not text in UTF-8, so it is no export of Culvert.');
    return fail({ code: 'storage', message: `The file could not be read: ${fileErrorWords(error)}.` });
  }
}

const STRICT = { fatal: true } as const;

function refuse(message: string): Result<never, CommandError> {
  return fail({ code: 'invalid', message });
}

/** Control characters and those that hide or reorder text do not get to the screen. */
function visibleName(path: string): string {
  return basename(path)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '\ufffd')
    .slice(0, 255);
}
