import type { Endpoint } from '#shared/endpoint.ts';
import { type EntranceSight, joinReaches, judgeEntrance, type UnseenReason } from '#shared/entrance-sight.ts';
import { describeReach } from '#shared/listener-reach.ts';
import type { ServerLook } from '#shared/server-look.ts';
import { readLocalAddresses } from './listeners/local-addresses.ts';

/** What a forward's state tells beside where it was asked to listen. */
export type SightPart =
  | { readonly seen: EntranceSight }
  | { readonly seen: null; readonly unseen: UnseenReason };

/** More endpoints than these would be a server's joke. */
const MAX_ENDPOINTS = 20;

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

/** Where an entrance on the server is by a look in which our forwards are marked; null when it says nothing about it. */
export function remoteSight(look: ServerLook, forwardId: string, askedAddress: string): SightPart | null {
  if (look.status === 'failed') return null;
  if (look.status === 'noCommands') return { seen: null, unseen: 'noCommands' };
  const ours = look.listeners.filter((listener) => listener.ours?.forwardId === forwardId);
  if (ours.length === 0) return { seen: null, unseen: 'notFound' };
  const endpoints = ours.slice(0, MAX_ENDPOINTS).map(({ address, port }) => ({ host: address, port }));
  const verdict = judgeEntrance(
    askedAddress,
    ours.map(({ address }) => address),
  );
  return { seen: { at: look.at, endpoints, reach: joinReaches(ours.map(({ reach }) => reach)), verdict } };
}

/** Claims that both say the same, whenever it was seen. */
export function isSameSight(a: SightPart, b: SightPart): boolean {
  return JSON.stringify(withoutTime(a)) === JSON.stringify(withoutTime(b));
}

function withoutTime(part: SightPart): SightPart {
  return part.seen === null ? part : { seen: { ...part.seen, at: 0 } };
}
