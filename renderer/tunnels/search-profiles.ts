import type { Profile } from '#shared/profile.ts';

/** Claims that a profile has every word of the query somewhere: in its name, server, user, forwards or ports. */
export function matchesQuery(profile: Profile, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = searchableText(profile);
  return words.every((word) => text.includes(word));
}

/** Profiles do not change in place, so their text is made once. */
const texts = new WeakMap<Profile, string>();

function searchableText(profile: Profile): string {
  const known = texts.get(profile);
  if (known !== undefined) return known;
  const { name, server, forwards } = profile;
  const parts = [name, `${server.user}@${server.host}:${server.port}`];
  for (const forward of forwards) {
    parts.push(forward.name, `${forward.bind.address}:${forward.bind.port}`);
    if (forward.kind !== 'dynamic') parts.push(`${forward.target.host}:${forward.target.port}`);
    else parts.push('socks');
  }
  const text = parts.join('\n').toLowerCase();
  texts.set(profile, text);
  return text;
}
