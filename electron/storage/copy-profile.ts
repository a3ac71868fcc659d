import { endExposure } from '#shared/exposure-lease.ts';
import { clash } from '#shared/forward-clashes.ts';
import { type Forward, type Profile, withPort } from '#shared/profile.ts';

/** As in `profileSchema`. */
const MAX_NAME_LENGTH = 80;

/** What is there already, and what a copy must not meet. */
interface Taken {
  readonly names: readonly string[];
  readonly forwards: readonly Forward[];
}

/**
 * A profile like another, with ids, a name and local ports of its own, so that both can run at once. It does not
 * start by itself, and nobody has agreed yet to open its forwards to others. Ports on the server stay: which of them are
 * free there, only the server knows.
 */
export function copyProfile(original: Profile, taken: Taken, newId: () => string): Profile {
  const forwards: Forward[] = [];
  for (const forward of original.forwards) {
    const copy = { ...withoutAgreements(forward), id: newId() };
    forwards.push(onNextPort(copy, [...taken.forwards, ...forwards]));
  }
  return {
    ...original,
    id: newId(),
    name: copyName(original.name, taken.names),
    startOnOpen: false,
    forwards,
  };
}

function withoutAgreements(forward: Forward): Forward {
  const closed = endExposure(forward);
  if (closed.kind !== 'remote') return closed;
  const { secondHop: _secondHop, ...plain } = closed;
  return plain;
}

/** The forward on the next port that no other forward wants; on its own where all above are wanted. */
function onNextPort(forward: Forward, others: readonly Forward[]): Forward {
  if (forward.kind === 'remote') return forward;
  for (let { port } = forward.bind; port <= 65535; port += 1) {
    const moved = withPort(forward, port);
    if (!others.some((other) => clash(moved, other))) return moved;
  }
  return forward;
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
