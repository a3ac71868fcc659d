import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export interface SshFolderSnapshot {
  /** Throws, naming what was added, removed or changed, unless the folder is as it was. */
  expectUntouched(): Promise<void>;
}

/**
 * Remembers the real `~/.ssh`: the names in it, their kind, mode, time of change and contents (as a hash), or that it
 * is absent. "Real" is the home that the system knows for our account, whatever HOME says. Another folder can be given.
 */
export async function snapshotRealSshFolder(
  folder: string = path.join(os.userInfo().homedir, '.ssh'),
): Promise<SshFolderSnapshot> {
  const before = await describeTree(folder);
  return {
    expectUntouched: async () => {
      const after = await describeTree(folder);
      const names = new Set([...before.keys(), ...after.keys()]);
      const changes = [...names]
        .filter((name) => before.get(name) !== after.get(name))
        .map((name) => `${name}: ${before.get(name) ?? 'absent'} -> ${after.get(name) ?? 'absent'}`);
      if (changes.length > 0) throw new Error(`${folder} was touched:\n${changes.join('\n')}`);
    },
  };
}

async function describeTree(file: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const visit = async (each: string): Promise<void> => {
    const status = await lstat(each, { bigint: true }).catch(() => null);
    if (status === null) return;
    const facts = `mode ${status.mode.toString(8)}, changed ${status.mtimeNs}`;
    found.set(each, `${facts}, ${await describeContents(each, status)}`);
    if (!status.isDirectory()) return;
    for (const name of await readdir(each)) await visit(path.join(each, name));
  };
  await visit(file);
  return found;
}

interface Kind {
  isFile(): boolean;
  isSymbolicLink(): boolean;
  isDirectory(): boolean;
}

/** A socket or a pipe is not opened: reading it would hang. */
async function describeContents(file: string, kind: Kind): Promise<string> {
  if (kind.isFile())
    return `sha256 ${createHash('sha256')
      .update(await readFile(file))
      .digest('hex')}`;
  if (kind.isSymbolicLink()) return `link to ${await readlink(file)}`;
  return kind.isDirectory() ? 'folder' : 'special';
}
