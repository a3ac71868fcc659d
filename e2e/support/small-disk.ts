import { chown, mkdir } from 'node:fs/promises';
import { cleanUpAfterDeath } from './cleanup-after-death.ts';
import { runProgram } from './programs.ts';
import { requireRoot } from './root.ts';

/** One page of memory: the smallest disk that there is. */
export const SMALL_DISK_BYTES = 4096;

/** Puts a disk of one page of memory at a new folder, for an account. Needs root. `close` takes it away. */
export async function mountSmallDisk(
  folder: string,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): Promise<{ close(): Promise<void> }> {
  requireRoot('A disk of its own');
  await mkdir(folder);
  await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_BYTES},mode=700`, 'tmpfs', folder]);
  const safetyNet = cleanUpAfterDeath('umount "$1"', [folder]);
  await chown(folder, uid, gid);
  return {
    close: async () => {
      await runProgram('umount', [folder]);
      await safetyNet.close();
    },
  };
}
