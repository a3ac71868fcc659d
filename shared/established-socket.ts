import type { Endpoint } from './endpoint.ts';
import type { SeenServer } from './server-look.ts';

/** An established TCP socket as the server lists it, the end on the server first. */
export interface EstablishedSocket {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/**
 * What a look found established on the server. Null where the list was cut: half of it can make the wrong socket the
 * only one.
 */
export function establishedOn(look: SeenServer): readonly EstablishedSocket[] | null {
  if (!look.isWhole) return null;
  return look.connections.map(({ address, port, peer }) => ({
    local: { host: address, port },
    remote: peer,
  }));
}
