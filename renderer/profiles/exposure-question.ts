import { formatEndpoint } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import type { Forward } from '#shared/profile.ts';
import { sourceInWords } from '#shared/source-words.ts';

/** More would hide what the sentence is about. */
const MAX_NAMED = 3;

/** The first half of what opening a forward to others means; null stands for sources that are not right yet. */
export function whoCouldReach(
  { kind, bind }: Pick<Forward, 'kind' | 'bind'>,
  serverHost: string,
  sources: readonly string[] | null,
): string {
  if (sources === null) return 'Whom you name could reach';
  if (sources.length > MAX_NAMED) return `Only the ${sources.length} allowed sources could reach`;
  if (sources.length > 0) return namedCouldReach(sources);
  if (bindScope(bind.address) === 'one') return `Anyone who can reach ${bind.address} could reach`;
  return kind === 'remote'
    ? `Anyone who can reach the server ${serverHost} could reach`
    : 'Anyone who can reach this computer, on any of its networks, could reach';
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
