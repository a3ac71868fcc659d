import { assertNever } from './assert-never.ts';
import type { Reach } from './listener.ts';
import { formatIp, type IpAddress, networkOf, parseIp, unmapIp } from './listener-address.ts';

/** One address of one network interface of this computer. */
export interface LocalAddress {
  readonly interfaceName: string;
  readonly address: string;
  readonly prefixLength: number;
  /** Loopback and the like: nothing outside this computer is behind it. */
  readonly isInternal: boolean;
  /** The interface's number, which is how some systems write a zone (`fe80::1%5`); null for IPv4. */
  readonly scopeId: number | null;
}

/**
 * Who can reach a listener bound to `address`. When in doubt it says more people rather than fewer: an
 * private address is open to its network and to whoever is routed there; an address that no interface has, one with no neighbours (a /32) and a public one, which
 * the whole internet may route to, all count as everyone.
 */
export function describeReach(address: string, localAddresses: readonly LocalAddress[]): Reach {
  const parsed = parseIp(address);
  if (parsed === null) return { kind: 'everyone' };
  const ip = unmapIp(parsed);
  if (isLoopback(ip)) return { kind: 'thisComputer' };
  const bound = localAddresses.filter((local) => isBoundTo(ip, local));
  if (bound.length === 0) return { kind: 'everyone' };
  const reachable = bound.filter((local) => !local.isInternal);
  if (reachable.length === 0) return { kind: 'thisComputer' };
  const haveNeighbours = reachable.every((local) => local.prefixLength < ip.bytes.length * 8);
  if (!isPrivate(ip) || !haveNeighbours) return { kind: 'everyone' };
  const networks = reachable.map((local) => {
    const zone = isLinkLocalIpv6(ip) ? local.interfaceName : null;
    return networkOf({ bytes: ip.bytes, zone }, local.prefixLength);
  });
  return { kind: 'network', networks: [...new Set(networks)] };
}

/** The same in words, to stand behind "reached by"; `server` names the computer that listens where it is not this one. */
export function reachInWords(reach: Reach, server: string | null = null): string {
  switch (reach.kind) {
    case 'thisComputer':
      return server === null ? 'only this computer' : `only programs on ${server}`;
    case 'network':
      return networkInWords(reach.networks);
    case 'everyone':
      return `anyone who can reach ${server ?? 'this computer'}`;
    default:
      return assertNever(reach);
  }
}

/**
 * Who is meant by an address's networks: its neighbours, and whoever is routed there by a VPN or from another network. Only
 * link-local addresses are never routed (RFC 3927 section 7, RFC 4291 section 2.5.6).
 */
export function networkInWords(networks: readonly string[]): string {
  const neighbours = `anyone on ${networks.join(' or ')}`;
  if (networks.every(isLinkLocalNetwork)) return neighbours;
  return `${neighbours}, and others routed to ${networks.length === 1 ? 'it' : 'them'}`;
}

function isLinkLocalNetwork(network: string): boolean {
  const ip = parseIp(network.replace(/\/\d+$/, ''));
  if (ip === null) return false;
  return isLinkLocalIpv6(ip) || (ip.bytes.length === 4 && ip.bytes[0] === 169 && ip.bytes[1] === 254);
}

function isBoundTo(ip: IpAddress, local: LocalAddress): boolean {
  const other = parseIp(local.address);
  if (other === null || formatIp({ ...other, zone: null }) !== formatIp({ ...ip, zone: null })) return false;
  return ip.zone === null || ip.zone === local.interfaceName || ip.zone === String(local.scopeId);
}

function isLoopback({ bytes }: IpAddress): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
}

function isLinkLocalIpv6({ bytes }: IpAddress): boolean {
  return bytes.length === 16 && bytes[0] === 0xfe && ((bytes[1] ?? 0) & 0xc0) === 0x80;
}

/** Addresses that the internet does not route: RFC 1918, 3927, 6598 for IPv4; RFC 4193, 4291 for IPv6. */
function isPrivate(ip: IpAddress): boolean {
  const [first = 0, second = 0] = ip.bytes;
  if (ip.bytes.length === 16) return isLinkLocalIpv6(ip) || (first & 0xfe) === 0xfc;
  if (first === 10) return true;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second < 128;
}
