import { useMemo, useRef } from 'react';
import type { Connection } from '#shared/connection.ts';
import { findHopClients, type HopClient, type OpenHop } from '#shared/hop-client.ts';
import type { SeenServer } from '#shared/server-look.ts';
import type { ForwardSnapshot } from '#shared/tunnel-state.ts';
import { isSameData } from '../store/same-data.ts';

/** Who is behind the connections that may have come through a second hop, by their ids. */
export type HopClients = ReadonlyMap<string, HopClient>;

/** The second hops that are open, by the ids of the forwards that they lead to. */
export function openHops(forwards: readonly ForwardSnapshot[]): ReadonlyMap<string, OpenHop> {
  return new Map(
    forwards.flatMap(({ id, state, secondHop }) => {
      const entrance = state.status === 'listening' ? state.bound[0]?.port : undefined;
      if (secondHop?.status !== 'open' || entrance === undefined) return [];
      return [[id, { port: secondHop.bound.port, entrance }] as const];
    }),
  );
}

/** What is known of those now; whoever was told from the others once stays told, as long as the connection is there. */
export function useHopClients(
  connections: readonly Connection[],
  hops: ReadonlyMap<string, OpenHop>,
  look: SeenServer | null,
): HopClients {
  const known = useRef<HopClients>(new Map());
  return useMemo(() => {
    known.current = nextHopClients(known.current, findHopClients(connections, hops, look));
    return known.current;
  }, [connections, hops, look]);
}

/** Keeps what was certain before, and every object that is as it was, so that only changed rows are drawn again. */
export function nextHopClients(before: HopClients, found: HopClients): HopClients {
  const next = new Map(
    [...found].map(([id, now]) => {
      const old = before.get(id);
      const isKept = old !== undefined && (isCertain(old) || isSameData(old, now));
      return [id, isKept ? old : now] as const;
    }),
  );
  const isSame = next.size === before.size && [...next].every(([id, each]) => before.get(id) === each);
  return isSame ? before : next;
}

function isCertain({ kind }: HopClient): boolean {
  return kind === 'seen' || kind === 'onServer';
}
