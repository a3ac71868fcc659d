import type { Profile } from '#shared/profile.ts';

/** The tunnel that is made of a Host already, in half a sentence; null where there is none. */
export function hostTwinWords(host: string, profiles: readonly Profile[]): string | null {
  const follower = profiles.find(({ followedHost }) => followedHost?.host === host);
  if (follower)
    return follower.name === host ? 'followed already' : `followed already, by “${follower.name}”`;
  return profiles.some(({ name }) => name === host) ? 'a tunnel of this name is here' : null;
}

/** The Hosts whose names have these letters in them, in any case. */
export function hostsNamed(hosts: readonly string[], wanted: string): readonly string[] {
  const letters = wanted.trim().toLowerCase();
  return letters === '' ? hosts : hosts.filter((host) => host.toLowerCase().includes(letters));
}

/** What was done, and which Hosts were left out. */
export function hostsDoneWords(
  added: number,
  refused: readonly { readonly host: string; readonly problem: string }[],
): string {
  const done =
    added === 0
      ? 'Nothing was imported.'
      : `Imported ${added === 1 ? '1 tunnel' : `${added} tunnels`}. Nothing is started.`;
  const [first, ...more] = refused;
  if (first === undefined) return done;
  const others =
    more.length === 0 ? '' : ` ${more.length} more ${more.length === 1 ? 'was' : 'were'} left out, too.`;
  return `${done} Host ${first.host} was left out: ${first.problem}${others}`;
}
