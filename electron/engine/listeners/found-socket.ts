import type { Endpoint } from '#shared/endpoint.ts';
import type { FoundListener } from '#shared/listener.ts';
import { formatIp, parseIp } from '#shared/listener-address.ts';

/** One TCP socket as a tool on its own computer reports it: a listener, or one end of a connection. */
export interface FoundSocket extends Pick<FoundListener, 'protocol' | 'address' | 'port'> {
  /** The other end; null for a socket that listens. */
  readonly peer: Endpoint | null;
  readonly process: FoundListener['process'];
  readonly owner: FoundListener['owner'];
}

/** What every tool tells of a socket; who holds it, some do not. */
export type BareSocket = Pick<FoundSocket, 'protocol' | 'address' | 'port' | 'peer'>;

/** The listeners among sockets, as the list of listeners has them. */
export function listenersOf(sockets: readonly FoundSocket[]): readonly FoundListener[] {
  return sockets
    .filter(({ peer }) => peer === null)
    .map(({ protocol, address, port, process, owner }) => ({
      protocol,
      address,
      port,
      state: 'LISTEN' as const,
      process,
      owner,
    }));
}

/** An address in its one form (RFC 5952), or null where the text is none. */
export function readAddress(text: string): string | null {
  const ip = parseIp(text);
  return ip === null ? null : formatIp(ip);
}

/** A port from 1 to 65535 in decimal digits, or null. */
export function readPort(digits: string | undefined): number | null {
  if (digits === undefined || !/^\d{1,5}$/.test(digits)) return null;
  const port = Number(digits);
  return port >= 1 && port <= 65535 ? port : null;
}

/** Claims that both addresses are IPv4, or both IPv6: no socket has one of each. */
export function isOneFamily(a: string, b: string): boolean {
  return a.includes(':') === b.includes(':');
}
