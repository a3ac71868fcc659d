import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cleanUpAfterDeath } from './cleanup-after-death.ts';

export interface TemporaryFolder {
  readonly path: string;
  /** Removes the folder with all in it. */
  close(): Promise<void>;
}

let parent: Promise<string> | null = null;

/**
 * Makes an empty folder below the system's folder for temporary files.
 * Its mode is 0700, or 0711 where a test account must pass through to files whose names it knows.
 * What was not closed is removed when this process ends, killed or not.
 */
export async function createTemporaryFolder(
  name: string,
  { mode = 0o700 }: { readonly mode?: 0o700 | 0o711 } = {},
): Promise<TemporaryFolder> {
  parent ??= createParent();
  const folder = await mkdtemp(path.join(await parent, `${name}-`));
  await chmod(folder, mode);
  return { path: folder, close: () => rm(folder, { recursive: true, force: true }) };
}

async function createParent(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'culvert-test-'));
  await chmod(folder, 0o711);
  // Twice: an app that the killed run had started writes its last words a moment later, into folders that it makes anew.
  cleanUpAfterDeath('rm -rf "$1"; sleep 3; rm -rf "$1"', [folder]);
  return folder;
}
