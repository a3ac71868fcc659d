import { useMemo } from 'react';
import { type EstablishedSocket, establishedOn } from '#shared/established-socket.ts';
import { useServerLook } from '../listeners/use-server-look.ts';

/** What is established on a tunnel's server by the looks while this is on show. Null where nobody could look. */
export function useServerSockets(tunnelId: string): readonly EstablishedSocket[] | null {
  const { look } = useServerLook(tunnelId);
  return useMemo(() => (look?.status === 'seen' ? establishedOn(look) : null), [look]);
}
