import { useMemo } from 'react';
import type { Connection } from '#shared/connection.ts';
import { isLoopback } from '#shared/hop-client.ts';
import type { Profile } from '#shared/profile.ts';
import type { SeenServer } from '#shared/server-look.ts';
import { useServerLook } from '../listeners/use-server-look.ts';
import { useTunnel } from '../store/app-store.ts';
import { type ConnectionNames, nameForwards } from './connection-rows.ts';
import { openHops, useHopClients } from './hop-clients.ts';

interface NamedBy {
  readonly names: ConnectionNames;
  /** What the latest look at the server saw; null where nobody looks, or nobody could. */
  readonly seen: SeenServer | null;
}

/**
 * What a tunnel's connections are named by. The server is looked at while somebody asks for its half, and while clients
 * are connected who may have come through a second hop: sshd takes those for programs on the server.
 */
export function useConnectionNames(
  { id, forwards }: Profile,
  connections: readonly Connection[],
  isHalfAsked: boolean,
): NamedBy {
  const tunnel = useTunnel(id);
  const hops = useMemo(() => openHops(tunnel.forwards), [tunnel.forwards]);
  const isHopUsed = useMemo(
    () => connections.some(({ forwardId, client }) => hops.has(forwardId) && isLoopback(client.host)),
    [connections, hops],
  );
  const { look } = useServerLook(isHalfAsked || isHopUsed ? id : null);
  const seen = look?.status === 'seen' ? look : null;
  const hopClients = useHopClients(connections, hops, seen);
  const names = useMemo(() => ({ forwards: nameForwards(forwards), hopClients }), [forwards, hopClients]);
  return { names, seen };
}
