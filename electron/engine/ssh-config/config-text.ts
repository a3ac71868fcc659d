import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { devNull } from 'node:os';

/** `writableByOthers`: ssh refuses such a file when another one includes it, or when it is the user's own. */
export type ConfigText =
  | { readonly kind: 'text'; readonly text: string; readonly writableByOthers: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A configuration of a megabyte is a mistake: nobody writes one. */
const LARGEST_BYTES = 1024 * 1024;

/**
 * Reads a file of a configuration without ever waiting: not for a pipe that nobody writes to, nor for a device that never
 * ends. A folder and the empty device have nothing to say, as to ssh, which reads not one line of them. Never throws.
 */
export function readConfigText(path: string): ConfigText {
  try {
    const stats = statSync(path);
    // Looked at before it is opened: opening a device can do something.
    if (!isRead(stats))
      return { kind: 'unreadable', reason: 'it is a pipe, a socket or a device, and no file' };
    const text = stats.isFile() ? readWhole(path) : '';
    return text === null
      ? { kind: 'unreadable', reason: 'it is larger than a megabyte' }
      : { kind: 'text', text, writableByOthers: isWritableByOthers(stats) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function isRead(stats: Stats): boolean {
  if (stats.isFile() || stats.isDirectory()) return true;
  return stats.isCharacterDevice() && stats.rdev === statSync(devNull).rdev;
}

function isWritableByOthers({ mode, uid }: Stats): boolean {
  if (process.platform === 'win32') return false;
  const isForeign = process.getuid !== undefined && uid !== 0 && uid !== process.getuid();
  return isForeign || (mode & 0o022) !== 0;
}

/** Null for one that is too large, whatever its size is said to be: files of the kernel have none. */
function readWhole(path: string): string | null {
  // Another one can have taken the path since; a file of the kernel can wait, too.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(fd).isFile()) return '';
    const content = Buffer.alloc(LARGEST_BYTES + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < content.length; length += got) {
      got = readSync(fd, content, length, content.length - length, null);
    }
    return length > LARGEST_BYTES ? null : content.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}
