import { endExposure } from '#shared/exposure-lease.ts';
import type { Profile } from '#shared/profile.ts';

/** As in `profileSchema`. */
const MAX_NAME_LENGTH = 80;

/**
 * A profile like another, with ids and a name of its own. It does not start by itself, because it wants the
 * same ports, and nobody has agreed yet to open its forwards to others.
 */
export function copyProfile(original: Profile, names: readonly string[], newId: () => string): Profile {
  return {
    ...original,
    id: newId(),
    name: copyName(original.name, names),
    startOnOpen: false,
    forwards: original.forwards.map((forward) => ({ ...endExposure(forward), id: newId() })),
  };
}

/** `Mail copy`, then `Mail copy 2`; the copy of a copy counts on. */
function copyName(name: string, taken: readonly string[]): string {
  const base = name.replace(/ copy(?: \d+)?$/, '');
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? ' copy' : ` copy ${count}`;
    const candidate = `${base.slice(0, MAX_NAME_LENGTH - suffix.length).trimEnd()}${suffix}`;
    if (!taken.includes(candidate)) return candidate;
  }
}
