import type { Endpoint } from '#shared/endpoint.ts';

/** Claims that a client from this address may enter. */
export type Allows = (address: string) => boolean;

/** Where the server itself would enter, or the address from which it would come and may not. */
export type DoorChoice =
  | { readonly kind: 'door'; readonly door: Endpoint }
  | { readonly kind: 'shutOut'; readonly from: string };

/**
 * Where the server itself finds its listener: one for every address is on its loopback too. Who connects to an address
 * of his own comes from that very address, so that the sources that a forward allows decide which one it can be.
 */
export function chooseDoor({ host, port }: Endpoint, allows: Allows): DoorChoice {
  const own = ownAddresses(host);
  const allowed = own.filter(allows);
  const [first] = allowed;
  if (first === undefined) return { kind: 'shutOut', from: own[0] ?? host };
  // Nobody is shut out: the server may find out by itself which of the two it has.
  const isAnyLoopback = own.length > 1 && allowed.length === own.length;
  return { kind: 'door', door: { host: isAnyLoopback ? 'localhost' : first, port } };
}

function ownAddresses(host: string): readonly string[] {
  switch (host) {
    case '*':
    case '::':
      return ['127.0.0.1', '::1'];
    case '0.0.0.0':
      return ['127.0.0.1'];
    default:
      return [host];
  }
}
