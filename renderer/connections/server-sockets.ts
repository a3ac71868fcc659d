import { useMemo } from 'react';
import type { EstablishedSocket } from '#shared/connection-halves.ts';
import { useServerLook } from '../listeners/use-server-look.ts';

/**
 * What is established on a tunnel's server by the looks while this is on show. Null where nobody could look, or where
 * the list was cut: half of it can make the wrong socket the only one.
 */
export function useServerSockets(tunnelId: string): readonly EstablishedSocket[] | null {
  const { look } = useServerLook(tunnelId);
  return useMemo(() => {
    if (look?.status !== 'seen' || !look.isWhole) return null;
    return look.connections.map(({ address, port, peer }) => ({
      local: { host: address, port },
      remote: peer,
    }));
  }, [look]);
}
