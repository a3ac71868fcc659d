import type { InputOf } from '#shared/contract/command.ts';
import type { engineCommands } from '#shared/contract/engine.ts';
import { clash } from '#shared/forward-clashes.ts';
import { type Profile, withPort } from '#shared/profile.ts';

/** From here on every user may bind; the alternative to a port below is the one of the same ending above 8000, such as 8143. */
const FIRST_USER_PORT = 1024;
const FAMILIAR_OFFSET = 8000;

/**
 * What to ask the engine for when a forward's port cannot be had: the next port that no forward wants which is
 * switched on, and none of this profile's own. Null for a forward that is gone or listens on the server.
 */
export function portWish(
  profiles: readonly Profile[],
  id: string,
  forwardId: string,
): InputOf<(typeof engineCommands)['ports.findFree']> | null {
  const forward = profiles
    .find((profile) => profile.id === id)
    ?.forwards.find((each) => each.id === forwardId);
  if (!forward || forward.kind === 'remote') return null;
  const { address, port } = forward.bind;
  const from = port < FIRST_USER_PORT ? port + FAMILIAR_OFFSET : port + 1;
  if (from > 65535) return null;
  const avoid = profiles.flatMap((profile) =>
    profile.forwards
      .filter((other) => other.enabled || profile.id === id)
      .filter((other) => clash(withPort(forward, other.bind.port), other))
      .map((other) => other.bind.port),
  );
  return { address, from, avoid: [...new Set(avoid)] };
}
