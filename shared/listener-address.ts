import { isIpv4, isIpv6 } from './endpoint.ts';

/** An IP address as numbers. A zone is the part behind `%` (RFC 4007 section 11). */
export interface IpAddress {
  /** 4 bytes for IPv4, 16 for IPv6, in network order. */
  readonly bytes: readonly number[];
  readonly zone: string | null;
}

/** Reads an IPv4 or IPv6 address, with or without a zone; null when the text is neither. */
export function parseIp(text: string): IpAddress | null {
  if (isIpv4(text)) return { bytes: text.split('.').map(Number), zone: null };
  if (!isIpv6(text)) return null;
  const [address = '', zone = null] = text.split('%');
  if (zone !== null && !/^[\w.:-]{1,32}$/.test(zone)) return null;
  const [front = '', back] = address.split('::');
  const head = readGroups(front);
  const tail = back === undefined ? [] : readGroups(back);
  const zeros = new Array<number>(16 - head.length - tail.length).fill(0);
  return { bytes: [...head, ...zeros, ...tail], zone };
}

/** Writes an address the one recommended way (RFC 5952: shortest run of zeros, lower case, mapped IPv4 dotted). */
export function formatIp({ bytes, zone }: IpAddress): string {
  if (bytes.length === 4) return bytes.join('.');
  const suffix = zone === null ? '' : `%${zone}`;
  if (isMapped(bytes)) return `::ffff:${bytes.slice(12).join('.')}${suffix}`;
  const words = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const run = longestZeroRun(words);
  const hex = (part: readonly number[]) => part.map((word) => word.toString(16)).join(':');
  const text =
    run.length < 2
      ? hex(words)
      : `${hex(words.slice(0, run.start))}::${hex(words.slice(run.start + run.length))}`;
  return text + suffix;
}

/** An IPv4 address that stands inside IPv6 (`::ffff:1.2.3.4`, RFC 4291 section 2.5.5.2) as plain IPv4; others as they are. */
export function unmapIp(ip: IpAddress): IpAddress {
  return isMapped(ip.bytes) ? { bytes: ip.bytes.slice(12), zone: null } : ip;
}

/** Sorts IPv4 before IPv6, then by number, then by zone. */
export function compareIps(a: IpAddress, b: IpAddress): number {
  if (a.bytes.length !== b.bytes.length) return a.bytes.length - b.bytes.length;
  for (const [i, byte] of a.bytes.entries()) {
    const difference = byte - (b.bytes[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return (a.zone ?? '').localeCompare(b.zone ?? '');
}

/** The network that an address lies in, in CIDR form; a zone stays in front of the length (RFC 4007 section 11.7). */
export function networkOf(ip: IpAddress, prefixLength: number): string {
  const bytes = ip.bytes.map((byte, i) => {
    const keptBits = Math.min(8, Math.max(0, prefixLength - 8 * i));
    return byte & (0xff00 >> keptBits) & 0xff;
  });
  return `${formatIp({ bytes, zone: ip.zone })}/${prefixLength}`;
}

function isMapped(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff));
}

function readGroups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const word = Number.parseInt(group, 16);
    return [word >> 8, word & 0xff];
  });
}

function longestZeroRun(words: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [i, word] of words.entries()) {
    if (word !== 0) start = i + 1;
    else if (i + 1 - start > best.length) best = { start, length: i + 1 - start };
  }
  return best;
}

/** Claims that two texts are the same address, IPv4 inside IPv6 counting as IPv4; what is no address is none's same. */
export function isSameAddress(a: string, b: string): boolean {
  const [left, right] = [parseIp(a), parseIp(b)];
  return left !== null && right !== null && compareIps(unmapIp(left), unmapIp(right)) === 0;
}

/** An address in the one recommended way, without a zone, IPv4 inside IPv6 as IPv4; null for what is none. */
export function plainAddress(text: string): string | null {
  const ip = parseIp(text);
  return ip === null ? null : formatIp({ ...unmapIp(ip), zone: null });
}
