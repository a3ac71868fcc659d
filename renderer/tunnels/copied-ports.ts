import type { Profile } from '#shared/profile.ts';

/** More than two in one message nobody reads while it passes by. */
const MAX_TOLD = 2;

/** Says on which other ports the copy of a profile listens; null where on none. */
export function copiedPortsWords(original: Profile, copy: Profile): string | null {
  const moved = copy.forwards.flatMap(({ bind: { port } }, index) => {
    const before = original.forwards[index]?.bind.port;
    return before === undefined || before === port ? [] : [`${port} instead of ${before}`];
  });
  if (moved.length === 0) return null;
  const ports = moved.length > MAX_TOLD ? 'other ports' : moved.join(' and ');
  return `“${copy.name}” listens on ${ports}, so that both can run.`;
}
