import type { InstalledKey, LoosePlace } from '#shared/contract/public-keys.ts';

/** What became of a key on a server; no more than was seen. */
export function installedWords({ outcome, options }: InstalledKey, host: string): string {
  if (outcome === 'added')
    return `The key was added on ${host}. Whether it lets you in is up to the server’s settings: check it below.`;
  return options === ''
    ? `The key is on ${host} already, and nothing was changed. It stands in this line:`
    : `The key is on ${host} already, and nothing was changed. It stands in this line, and the options in front of it can limit a login, or forbid it:`;
}

/** For what sshd may pass a key over, and what to do about it there. */
export function looseWords({ place, why }: LoosePlace, user: string): string {
  switch (why) {
    case 'notOwner':
      return `${place} there does not belong to ${user}, for which a server usually passes its keys over. Ask its administrator to give it back.`;
    case 'othersMayWrite':
      return `Everyone there may write to ${place}, for which a server usually passes its keys over. Run this there: chmod go-w ${place}`;
    case 'groupMayWrite':
      return `A group there may write to ${place}, for which many servers pass its keys over. Run this there: chmod go-w ${place}`;
  }
}
