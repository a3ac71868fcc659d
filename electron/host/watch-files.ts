import { type Stats, unwatchFile, watchFile } from 'node:fs';
import type { WatchFiles } from '../app/host-follower.ts';

/** Editors replace files, which ends the system's own watches; a look every two seconds costs next to nothing. */
const LOOK_EVERY_MS = 2_000;

type Looked = Pick<Stats, 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** Watches files and folders by their times and sizes, also those that are not there yet. */
export const watchFiles: WatchFiles = (paths, onChange) => {
  const listener = (now: Looked, before: Looked) => {
    // The last of them changes with the mode and the owner, too: ssh minds who may write to its files.
    const hasChanged =
      now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.ctimeMs !== before.ctimeMs;
    if (hasChanged) onChange();
  };
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, listener);
  return () => {
    for (const path of paths) unwatchFile(path, listener);
  };
};
