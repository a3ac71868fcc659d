import { createHash, randomUUID } from 'node:crypto';
import { link, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, type Result, succeed } from '#shared/result.ts';
import { systemCauseOf } from './known-hosts-file.ts';
import { LockTaken, withKnownHostsLock } from './known-hosts-lock.ts';

/** One line of one file, as it was shown to a person. */
export interface ShownLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** See `digestOfLine`. */
  readonly digest: string;
}

/** Why a line was not removed; the file is as it was. */
export type RemovalFailure =
  /** The line is not there any more, or another one stands in its place. */
  | { readonly kind: 'otherLine' }
  /** The system's code, or words. */
  | { readonly kind: 'unwritable'; readonly cause: string };

/** What tells one line from every other: the SHA-256 of its bytes without the line feed, in hex. One character a byte. */
export function digestOfLine(line: string): string {
  return createHash('sha256').update(line, 'latin1').digest('hex');
}

/**
 * Takes exactly the line that was shown out of a file and nothing else; resolves to the path of the backup.
 *
 * Done as `ssh-keygen -R` does: the new text is written beside the file and takes its place in one step, and the old file
 * stays as `<file>.old`. So a process that is killed leaves the old file or the new one, never half of one. Mode and
 * owner stay, and a link is followed. What ssh appends to the old file in the same moment is carried over.
 */
export async function removeKnownHostsLine(shown: ShownLine): Promise<Result<string, RemovalFailure>> {
  try {
    const file = await realpath(shown.file);
    return await withKnownHostsLock(file, () => removeFrom(file, shown));
  } catch (error) {
    if (error instanceof LockTaken)
      return fail({ kind: 'unwritable', cause: 'another program is changing it' });
    const cause = systemCauseOf(error);
    return cause === 'ENOENT' ? fail({ kind: 'otherLine' }) : fail({ kind: 'unwritable', cause });
  }
}

async function removeFrom(
  file: string,
  { line, digest }: ShownLine,
): Promise<Result<string, RemovalFailure>> {
  const before = await readFile(file);
  const after = withoutLine(before.toString('latin1'), line, digest);
  if (after === null) return fail({ kind: 'otherLine' });
  const draft = join(dirname(file), `.known_hosts.${randomUUID()}`);
  const backup = `${file}.old`;
  try {
    await writeLike(file, draft, Buffer.from(after, 'latin1'));
    await unlink(backup).catch(ignoreMissing);
    await link(file, backup);
    await rename(draft, file);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(file));
  await carryOver(backup, before.length, file);
  return succeed(backup);
}

/** The text without the line and its line feed; null if that line is not the one that was shown. */
function withoutLine(text: string, line: number, digest: string): string | null {
  const lines = text.split('\n');
  const content = lines[line - 1];
  if (content === undefined || digestOfLine(content) !== digest) return null;
  const start = lines.slice(0, line - 1).reduce((length, each) => length + each.length + 1, 0);
  return text.slice(0, start) + text.slice(start + content.length + 1);
}

/** A new file with the mode and the owner of another, its bytes on the disk. */
async function writeLike(original: string, path: string, bytes: Buffer): Promise<void> {
  const { mode, uid, gid } = await stat(original);
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    const made = await handle.stat();
    if (made.uid !== uid || made.gid !== gid) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** ssh may have opened the old file to append to it before the new one took its place. */
async function carryOver(backup: string, length: number, file: string): Promise<void> {
  const late = (await readFile(backup)).subarray(length);
  if (late.length === 0) return;
  const handle = await open(file, 'a');
  try {
    await handle.write(late);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs no such thing.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function ignoreMissing(error: unknown): void {
  if (systemCauseOf(error) !== 'ENOENT') throw error;
}
