// Reads a zip file with Node's own zlib: a bare Debian has no `unzip`.
// Format: APPNOTE.TXT, "4.3 General Format of a .ZIP file" (PKWARE). Zip64 and encryption are refused.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

/** The file is no zip, is damaged, or is one that we do not read. */
export class ZipError extends Error {}

/**
 * @typedef {object} ZipEntry
 * @property {string} name path inside the archive, with `/`; a folder ends in `/`
 * @property {number} method 0 stored, 8 deflated
 * @property {number} crc CRC-32 of the contents
 * @property {number} compressedBytes
 * @property {number} bytes
 * @property {number} headerOffset of the entry's local header in the file
 * @property {number} mode Unix file mode with type bits; 0 when the maker had none
 */

/**
 * Unpacks a zip file. Every written file's length and CRC-32 are checked.
 *
 * @param {string} zipFile
 * @param {(name: string) => string | undefined} destination the absolute path for an entry, or undefined to leave it out
 * @returns {Promise<void>} rejects with a `ZipError`
 */
export async function unzip(zipFile, destination) {
  for (const entry of await readEntries(zipFile)) {
    if (entry.name.endsWith('/')) continue;
    const target = destination(entry.name);
    if (target !== undefined) await extract(zipFile, entry, target);
  }
}

/**
 * A path for an entry inside a folder.
 *
 * @param {string} folder absolute
 * @param {string} name as it stands in the archive
 * @returns {string} throws a `ZipError` for a name that would leave the folder
 */
export function pathInside(folder, name) {
  const relative = normalize(name);
  if (isAbsolute(relative) || relative === '..' || relative.startsWith(`..${sep}`) || name.includes('\\')) {
    throw new ZipError(`entry leaves the folder: ${name}`);
  }
  return join(folder, relative);
}

const endSignature = 0x06054b50;
const endBytes = 22;
const maxCommentBytes = 0xffff;
const centralSignature = 0x02014b50;
const centralBytes = 46;
const localSignature = 0x04034b50;
const localBytes = 30;
const encryptedFlag = 1;
const stored = 0;
const deflated = 8;

/**
 * @param {string} zipFile
 * @returns {Promise<ZipEntry[]>} rejects with a `ZipError`
 */
export async function readEntries(zipFile) {
  const file = await open(zipFile, 'r');
  try {
    const { size } = await file.stat();
    const tail = await readAt(file, Math.max(0, size - endBytes - maxCommentBytes), size);
    const end = findEnd(tail);
    const directoryBytes = end.readUInt32LE(12);
    const directoryOffset = end.readUInt32LE(16);
    if (directoryOffset + directoryBytes > size)
      throw new ZipError('central directory lies outside the file');
    const directory = await readAt(file, directoryOffset, directoryOffset + directoryBytes);
    return parseDirectory(directory, end.readUInt16LE(10));
  } finally {
    await file.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} start
 * @param {number} end exclusive
 * @returns {Promise<Buffer>}
 */
async function readAt(file, start, end) {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  if (bytesRead !== buffer.length) throw new ZipError('file is shorter than it says');
  return buffer;
}

/**
 * @param {Buffer} tail the last part of the file
 * @returns {Buffer} from the "end of central directory" record on
 */
function findEnd(tail) {
  for (let at = tail.length - endBytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) === endSignature) return tail.subarray(at);
  }
  throw new ZipError('not a zip file');
}

/**
 * @param {Buffer} directory
 * @param {number} count
 * @returns {ZipEntry[]}
 */
function parseDirectory(directory, count) {
  /** @type {ZipEntry[]} */
  const entries = [];
  let at = 0;
  while (entries.length < count) {
    if (at + centralBytes > directory.length || directory.readUInt32LE(at) !== centralSignature) {
      throw new ZipError('central directory is damaged');
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    const next =
      at + centralBytes + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    if (next > directory.length) throw new ZipError('central directory is damaged');
    if ((directory.readUInt16LE(at + 8) & encryptedFlag) !== 0) throw new ZipError('entry is encrypted');
    entries.push({
      name: directory.toString('utf8', at + centralBytes, at + centralBytes + nameBytes),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
      mode: directory.readUInt32LE(at + 38) >>> 16,
    });
    at = next;
  }
  return entries;
}

/**
 * @param {string} zipFile
 * @param {ZipEntry} entry
 * @param {string} target
 * @returns {Promise<void>}
 */
async function extract(zipFile, entry, target) {
  if (entry.method !== stored && entry.method !== deflated) {
    throw new ZipError(`entry ${entry.name} is compressed with the unknown method ${entry.method}`);
  }
  if ((entry.mode & 0o170000) === 0o120000) throw new ZipError(`entry ${entry.name} is a symbolic link`);
  const start = await contentOffset(zipFile, entry);
  await mkdir(dirname(target), { recursive: true });
  const check = new ContentCheck();
  const write = createWriteStream(target, { mode: entry.mode & 0o777 || 0o644 });
  if (entry.compressedBytes === 0) {
    await pipeline([Buffer.alloc(0)], check, write);
  } else {
    const read = createReadStream(zipFile, { start, end: start + entry.compressedBytes - 1 });
    try {
      if (entry.method === deflated) await pipeline(read, createInflateRaw(), check, write);
      else await pipeline(read, check, write);
    } catch (error) {
      throw new ZipError(`entry ${entry.name} is damaged: ${/** @type {Error} */ (error).message}`);
    }
  }
  if (check.bytes !== entry.bytes || check.crc !== entry.crc)
    throw new ZipError(`entry ${entry.name} is damaged`);
}

/**
 * @param {string} zipFile
 * @param {ZipEntry} entry
 * @returns {Promise<number>}
 */
async function contentOffset(zipFile, entry) {
  const file = await open(zipFile, 'r');
  try {
    const header = await readAt(file, entry.headerOffset, entry.headerOffset + localBytes);
    if (header.readUInt32LE(0) !== localSignature) throw new ZipError(`entry ${entry.name} is damaged`);
    // The local name and extra field may be longer than the central directory's.
    return entry.headerOffset + localBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

/** Passes bytes on and sums them up. */
class ContentCheck extends Transform {
  bytes = 0;
  crc = 0;

  /**
   * @override
   * @param {Buffer} chunk
   * @param {BufferEncoding} _encoding
   * @param {import('node:stream').TransformCallback} callback
   */
  _transform(chunk, _encoding, callback) {
    this.bytes += chunk.length;
    this.crc = crc32(chunk, this.crc);
    callback(null, chunk);
  }
}
