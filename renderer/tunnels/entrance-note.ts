import { formatEndpoint } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import type { Reach } from '#shared/listener.ts';
import { networkInWords } from '#shared/listener-reach.ts';
import type { Forward } from '#shared/profile.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import { allowedNote } from './path-model.ts';

/** What was seen of an entrance, in the words of its picture. */
export interface SeenEntrance {
  /** Where it is instead of where it should be; null where it is as asked. */
  readonly title: string | null;
  /** Who can enter. */
  readonly note: string;
}

/** Says who can enter by what was seen; null where nothing was, so that only the wish can be told. */
export function seenEntrance(
  { kind, bind, allowFrom = [] }: Pick<Forward, 'kind' | 'bind' | 'allowFrom'>,
  serverHost: string,
  state: ForwardState | undefined,
): SeenEntrance | null {
  if (state?.status !== 'listening') return null;
  const { seen, unseen } = state;
  if (seen) {
    const [first] = seen.endpoints;
    const title = seen.verdict === 'asAsked' || first === undefined ? null : formatEndpoint(first);
    // Others get as far as the entrance, and are turned away there.
    const isGuarded = allowFrom.length > 0 && isExposed(bind.address) && seen.reach.kind !== 'thisComputer';
    return {
      title,
      note: isGuarded
        ? allowedNote(kind, allowFrom)
        : reachNote(seen.reach, kind === 'remote' ? serverHost : null),
    };
  }
  if (unseen === undefined) {
    return kind === 'remote' && seen === undefined ? { title: null, note: 'looking who can enter' } : null;
  }
  const wish = isExposed(bind.address) ? 'for others too' : `for programs on ${serverHost} only`;
  const why =
    unseen === 'hopHasSession'
      ? `: ${serverHost} allows no further command beside the second hop, so Culvert cannot look`
      : '';
  return { title: null, note: `asked ${wish}; who can really enter is unknown${why}` };
}

/** `server` is null for an entrance on this computer. */
function reachNote(reach: Reach, server: string | null): string {
  switch (reach.kind) {
    case 'thisComputer':
      return server === null ? 'for this computer only' : `for programs on ${server} only`;
    case 'network':
      return `for ${networkInWords(reach.networks)}`;
    case 'everyone':
      return `for anyone who can reach ${server ?? 'this computer'}`;
  }
}
