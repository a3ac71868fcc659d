import { type IpAddress, networkOf, parseIp, unmapIp } from './listener-address.ts';

/** Addresses that share their first bits (RFC 4632); one address is a network of its own. */
export interface SourceNetwork {
  /** 4 bytes for IPv4, 16 for IPv6, in network order. */
  readonly bytes: readonly number[];
  /** How many of the first bits count. */
  readonly prefixLength: number;
}

/**
 * Reads an address, or a network in CIDR form such as `192.168.1.0/24`; null when the text is neither. What stands
 * inside IPv6 as mapped IPv4 is that IPv4. A zone (`%eth0`) is refused: it says through which door, not who.
 */
export function parseSource(text: string): SourceNetwork | null {
  const [address = '', length, ...more] = text.trim().split('/');
  const written = parseIp(address);
  if (written === null || written.zone !== null || more.length > 0) return null;
  const bits = written.bytes.length * 8;
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return null;
  const prefixLength = length === undefined ? bits : Number(length);
  if (prefixLength > bits) return null;
  const { bytes } = unmapIp(written);
  const mappedBits = bits - bytes.length * 8;
  // Shorter than the mapping itself: more than IPv4, so it is an IPv6 network.
  if (prefixLength < mappedBits) return { bytes: written.bytes, prefixLength };
  return { bytes, prefixLength: prefixLength - mappedBits };
}

/** Writes it the one way that it is kept: the first address of a network, `192.168.1.5/24` as `192.168.1.0/24`. */
export function formatSource({ bytes, prefixLength }: SourceNetwork): string {
  const network = networkOf({ bytes, zone: null }, prefixLength);
  return prefixLength === bytes.length * 8 ? network.slice(0, network.lastIndexOf('/')) : network;
}

/** A source as it is kept; what cannot be read stays as it is, for the one who has to say what is wrong. */
export function normalizeSource(text: string): string {
  const source = parseSource(text);
  return source === null ? text.trim() : formatSource(source);
}

/** Claims that an address lies in one of these networks. Mapped IPv4 is IPv4; a zone does not matter. */
export function isInNetworks(address: IpAddress, networks: readonly SourceNetwork[]): boolean {
  const { bytes } = unmapIp(address);
  return networks.some((network) => isWithin(bytes, network));
}

/**
 * Claims that nobody may enter by one list who may not by the other, so that an agreement to the wider one covers it.
 * An empty list lets anyone in. Two halves that together are one network count as more than that network.
 */
export function isNoWider(sources: readonly string[], than: readonly string[]): boolean {
  if (than.length === 0) return true;
  if (sources.length === 0) return false;
  const wide = readSources(than);
  return readSources(sources).every((source) =>
    wide.some((network) => source.prefixLength >= network.prefixLength && isWithin(source.bytes, network)),
  );
}

/** The networks of a list; what cannot be read lets nobody in. */
export function readSources(sources: readonly string[]): readonly SourceNetwork[] {
  return sources.flatMap((text) => parseSource(text) ?? []);
}

function isWithin(own: readonly number[], { bytes, prefixLength }: SourceNetwork): boolean {
  if (own.length !== bytes.length) return false;
  const whole = prefixLength >> 3;
  for (let i = 0; i < whole; i += 1) if (own[i] !== bytes[i]) return false;
  const rest = prefixLength & 7;
  return rest === 0 || ((own[whole] ?? 0) ^ (bytes[whole] ?? 0)) >> (8 - rest) === 0;
}
