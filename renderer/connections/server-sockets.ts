import type { EstablishedSocket } from '#shared/connection-halves.ts';

/**
 * What is established on a tunnel's server, as the last look there gave it; null where nobody has looked, or the server
 * allows none. Whatever looks at servers supplies it here, and the connections then show their other halves.
 */
export function useServerSockets(_tunnelId: string): readonly EstablishedSocket[] | null {
  return null;
}
