import type { Endpoint } from '#shared/endpoint.ts';
import { type EntranceSight, joinReaches, judgeEntrance, type UnseenReason } from '#shared/entrance-sight.ts';
import type { SystemListener } from '#shared/listener.ts';
import { describeReach } from '#shared/listener-reach.ts';
import { otherListeners } from '#shared/other-listeners.ts';
import type { Forward } from '#shared/profile.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';
import { readLocalAddresses } from '../listeners/local-addresses.ts';
import { type Allows, chooseDoor } from '../probe/server-door.ts';

/** What a forward's state tells beside where it was asked to listen. */
type SightPart = { readonly seen: EntranceSight } | { readonly seen: null; readonly unseen: UnseenReason };

type ListeningState = Extract<ForwardState, { status: 'listening' }>;

/** More endpoints than these would be a server's joke. */
const MAX_ENDPOINTS = 20;
const MAX_OTHERS = 10;

/** Who can reach an entrance on this computer, from the addresses that its networks have now. */
export function localSight(askedAddress: string, bound: readonly Endpoint[], at: number): SightPart {
  const addresses = readLocalAddresses();
  const reach = joinReaches(bound.map(({ host }) => describeReach(host, addresses)));
  const verdict = judgeEntrance(
    askedAddress,
    bound.map(({ host }) => host),
  );
  return { seen: { at, endpoints: bound.slice(0, MAX_ENDPOINTS), reach, verdict } };
}

/**
 * The state of a forward after a look at the server in which our forwards are marked: it may say where the entrance
 * there really is. The very same state when it says nothing new. `hasHop`: a second hop runs on the same session.
 */
export function afterLook(
  state: ForwardState,
  look: ServerLook,
  forward: { readonly id: string; readonly bind: { readonly address: string } },
  hasHop: boolean,
): ForwardState {
  if (state.status !== 'listening') return state;
  const sight = remoteSight(look, forward.id, forward.bind.address);
  if (sight !== null) return withSight(state, sight);
  // A look that failed takes nothing back; but what was never seen is not to be believed for ever.
  const isBusy = look.status === 'failed' && look.reason === 'busy';
  const unseen = isBusy && hasHop ? 'hopHasSession' : 'notFound';
  const isKnown = state.seen || state.unseen === 'noCommands' || state.unseen === 'notWanted';
  return isKnown ? state : withSight(state, { seen: null, unseen });
}

/** The same for an entrance here, when this computer's networks may have changed. */
export function afterLookAround(state: ForwardState, askedAddress: string, at: number): ForwardState {
  if (state.status !== 'listening') return state;
  return withSight(state, localSight(askedAddress, state.bound, at));
}

/**
 * Where a client would enter: where the entrance was seen to be, else where it was asked for. Of several places on the
 * server, one by which the server itself may enter.
 */
export function whereToEnter(
  { kind }: Pick<Forward, 'kind'>,
  state: ForwardState,
  allows: Allows,
): Endpoint | undefined {
  if (state.status !== 'listening') return undefined;
  const seen = kind === 'remote' ? (state.seen?.endpoints ?? []) : [];
  const open = seen.find((endpoint) => chooseDoor(endpoint, allows).kind === 'door');
  return open ?? seen[0] ?? state.bound[0];
}

/** Where an entrance on the server is by a look in which our forwards are marked; null when it says nothing about it. */
function remoteSight(look: ServerLook, forwardId: string, askedAddress: string): SightPart | null {
  if (look.status === 'failed') return null;
  if (look.status === 'noCommands' || look.status === 'notWanted') return { seen: null, unseen: look.status };
  const candidates = look.listeners.filter((listener) => listener.ours?.forwardId === forwardId);
  const ours = soundest(candidates, askedAddress);
  if (ours.length === 0) return { seen: null, unseen: 'notFound' };
  const endpoints = ours.slice(0, MAX_ENDPOINTS).map(({ address, port }) => ({ host: address, port }));
  const verdict = judgeEntrance(
    askedAddress,
    ours.map(({ address }) => address),
  );
  const others = otherListeners(look, ours, askedAddress).slice(0, MAX_OTHERS);
  const reach = joinReaches(ours.map((listener) => listener.reach));
  return {
    seen: { at: look.at, endpoints, reach, verdict, ...(others.length > 0 && { others }) },
  };
}

/**
 * Those that are surely ours. A guess counts only where it would warn: that the entrance may be open to more than asked
 * is worth a false alarm, and nothing else may stand on a guess.
 */
function soundest(candidates: readonly SystemListener[], askedAddress: string): readonly SystemListener[] {
  const sure = candidates.filter(({ ours }) => !ours?.isDoubtful);
  if (sure.length > 0) return sure;
  const verdict = judgeEntrance(
    askedAddress,
    candidates.map(({ address }) => address),
  );
  return verdict === 'exposed' ? candidates : [];
}

function withSight(state: ListeningState, sight: SightPart): ForwardState {
  const { status, bound, seen, unseen } = state;
  const isSame =
    seen === null
      ? unseen !== undefined && isSameSight({ seen, unseen }, sight)
      : seen !== undefined && isSameSight({ seen }, sight);
  return isSame ? state : { status, bound, ...sight };
}

/** Claims that both say the same, whenever it was seen. */
function isSameSight(a: SightPart, b: SightPart): boolean {
  return JSON.stringify(withoutTime(a)) === JSON.stringify(withoutTime(b));
}

function withoutTime(part: SightPart): SightPart {
  return part.seen === null ? part : { seen: { ...part.seen, at: 0 } };
}
