// Has anything changed since last time? A hash over files' names and contents.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * A hash over files, and over all files in folders. By content and not by time: a checkout changes times and not
 * contents.
 *
 * @param {string} root
 * @param {readonly string[]} paths relative to `root`; one that does not exist counts as absent
 * @param {(path: string) => boolean} [isWanted] by path relative to `root`, with `/`
 * @returns {Promise<string>} hexadecimal
 */
export async function fingerprint(root, paths, isWanted = () => true) {
  const found = await Promise.all(paths.map((path) => listFiles(join(root, path))));
  const names = found.flat().map((file) => relative(root, file).replaceAll('\\', '/'));
  const wanted = [...new Set(names)].filter(isWanted).sort();
  const contents = await Promise.all(wanted.map((name) => readFile(join(root, name))));
  const hash = createHash('sha256');
  wanted.forEach((name, index) => {
    const content = contents[index] ?? Buffer.alloc(0);
    // The length keeps a name and a content from running into each other.
    hash.update(`${name}\0${content.length}\0`).update(content);
  });
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function listFiles(path) {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
