import { bindServers, closeServers } from '../forward/bind.ts';
import { resetSocket } from '../forward/reset-socket.ts';

/** Where to look for a port. */
export interface FreePortWish {
  /** A bind address as the user wrote it. */
  readonly address: string;
  /** The first port to try. */
  readonly from: number;
  /** Ports that are promised to somebody else, though nobody may listen there now. */
  readonly avoid: ReadonlySet<number>;
}

/** A computer with so many ports taken in a row has other troubles. */
const MAX_TRIES = 200;

/**
 * The next port that can be had at all addresses of this bind, found by really binding it; null if none can, or if
 * the address is not here. It is let go again at once, so somebody else may take it before it is used.
 */
export async function findFreePort({ address, from, avoid }: FreePortWish): Promise<number | null> {
  let tries = 0;
  for (let port = from; port <= 65535 && tries < MAX_TRIES; port += 1) {
    if (avoid.has(port)) continue;
    tries += 1;
    const bound = await bindServers({ address, port }, resetSocket);
    if (bound.ok) {
      await closeServers(bound.value.servers);
      return port;
    }
    if (bound.error.code === 'addressNotHere') return null;
  }
  return null;
}
