import { assertNever } from '#shared/assert-never.ts';
import { formatEndpoint } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import { type HopStanding, hopStanding } from '#shared/hop-standing.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import { sourceInWords } from '#shared/source-words.ts';

/** More would hide what the sentence is about. */
const MAX_NAMED = 3;

/** What is to be opened, and where. */
interface Opening {
  readonly forward: Forward;
  readonly server: Profile['server'];
  readonly serverHost: string;
}

/** The first half of what opening a forward to others means; null stands for sources that are not right yet. */
export function whoCouldReach(
  { forward, server, serverHost }: Opening,
  sources: readonly string[] | null,
): string {
  const { kind, bind } = forward;
  if (sources === null) return 'Whom you name could reach';
  if (sources.length > MAX_NAMED) return `Only the ${sources.length} allowed sources could reach`;
  if (sources.length > 0) return namedCouldReach(sources);
  // A second hop listens on all addresses of the server, whatever the forward's own is.
  const isHopped = standingOf(forward, server, sources) === 'stands';
  if (bindScope(bind.address) === 'one' && !isHopped) {
    return `Anyone who can reach ${bind.address} could reach`;
  }
  return kind === 'remote'
    ? `Anyone who can reach the server ${serverHost} could reach`
    : 'Anyone who can reach this computer, on any of its networks, could reach';
}

/** What a second hop has to do with it, in a sentence; null where none was agreed to. */
export function hopWords(
  forward: Forward,
  server: Profile['server'],
  sources: readonly string[] | null,
): string | null {
  const standing = standingOf(forward, server, sources);
  if (forward.kind !== 'remote' || !forward.secondHop || standing === null) return null;
  const { port, tool } = forward.secondHop;
  switch (standing) {
    case 'stands':
      return `It is the second hop that opens it to others: ${tool}, run there as ${server.user}, listens on *:${port} and leads to this forward.`;
    case 'otherwise':
      return `The second hop on port ${port} is not dug: you agreed to it for something else.`;
    case 'hidesSources':
      return `The second hop on port ${port} is not dug while only some may enter: behind it nobody can be told apart.`;
    case 'serverOnly':
      return null;
    default:
      return assertNever(standing);
  }
}

function standingOf(
  forward: Forward,
  server: Profile['server'],
  sources: readonly string[] | null,
): HopStanding | null {
  if (forward.kind !== 'remote' || !forward.secondHop) return null;
  // Sources that are not right yet are still some and not all.
  const allowFrom = sources === null ? ['?'] : [...sources];
  return hopStanding(server, { ...forward, allowFrom }, forward.secondHop);
}

/** The second half: what they would come to. */
export function reachWhat(forward: Forward, serverHost: string): string {
  switch (forward.kind) {
    case 'local':
      return `${formatEndpoint(forward.target)} through ${serverHost}, under your name.`;
    case 'remote':
      return `${formatEndpoint(forward.target)} from this computer.`;
    case 'dynamic':
      return `everything that ${serverHost} can reach, under your name.`;
  }
}

/** `Only everybody` would be nonsense. */
function namedCouldReach(sources: readonly string[]): string {
  const names = sources.map(sourceInWords).join(' or ');
  return names.startsWith('everybody') ? `E${names.slice(1)} could reach` : `Only ${names} could reach`;
}
