import { parseIp } from '#shared/listener-address.ts';
import type { LocalAddress } from '#shared/listener-reach.ts';

/** More addresses than these no server needs to be judged by. */
const MAX_ADDRESSES = 500;

/**
 * Reads the addresses of a server's interfaces from `ip -o addr` (iproute2, BusyBox) or `ifconfig -a` (net-tools, BusyBox,
 * the BSDs, macOS). What has no readable address, or no netmask that is a prefix, is left out.
 */
export function parseInterfaceAddresses(text: string): readonly LocalAddress[] {
  const found: LocalAddress[] = [];
  let current = { name: '', isInternal: false };
  for (const line of text.split(/\r?\n/)) {
    const [, ipName, ipRest = ''] = /^\d+:\s+([^\s:@]+)(?:@\S+)?:?\s+(inet6?\s.*)$/.exec(line) ?? [];
    if (ipName !== undefined) {
      addAddress(found, { name: ipName, isInternal: isLoopbackName(ipName) }, ipRest);
      continue;
    }
    const [, name, flags] = /^(\S+?):?\s+((?:flags=|Link encap:).*)$/.exec(line) ?? [];
    if (name !== undefined && flags !== undefined) {
      current = { name, isInternal: /\bLOOPBACK\b|Local Loopback/.test(flags) || isLoopbackName(name) };
    } else if (current.name !== '') {
      addAddress(found, current, line.trim());
    }
  }
  return found.slice(0, MAX_ADDRESSES);
}

interface Interface {
  readonly name: string;
  readonly isInternal: boolean;
}

function isLoopbackName(name: string): boolean {
  return /^lo\d*$/.test(name);
}

/** `inet 10.0.0.1/24 …`, `inet 10.8.0.2 peer 10.8.0.1/32`, `inet 10.0.0.1 netmask 0xffffff00`, `inet6 addr: fd00::2/64`. */
function addAddress(found: LocalAddress[], { name, isInternal }: Interface, line: string): void {
  const [, text = '', slash] =
    /^inet6?\s+(?:addr:\s*)?([0-9a-fA-F.:]+)(?:%[^\s/]+)?(?:\/(\d{1,3}))?(?:\s|$)/.exec(line) ?? [];
  const ip = parseIp(text);
  if (ip === null) return;
  const bits = ip.bytes.length * 8;
  const [, peerLength] = /\speer\s+[^\s/]+\/(\d{1,3})/.exec(line) ?? [];
  const [, length] = /\sprefixlen\s+(\d{1,3})/.exec(line) ?? [];
  const [, mask = ''] = /\s(?:netmask\s+|Mask:)(\S+)/.exec(line) ?? [];
  const written = slash ?? peerLength ?? length;
  const prefixLength = written === undefined ? prefixOfMask(mask) : Number(written);
  if (prefixLength === null || prefixLength > bits) return;
  found.push({ interfaceName: name.slice(0, 32), address: text, prefixLength, isInternal, scopeId: null });
}

/** How many leading ones a netmask has, written as `255.255.255.0` or `0xffffff00`; null when it is no prefix. */
function prefixOfMask(mask: string): number | null {
  const bytes = /^0x[0-9a-fA-F]{8}$/.test(mask)
    ? [2, 4, 6, 8].map((at) => Number.parseInt(mask.slice(at, at + 2), 16))
    : (parseIp(mask)?.bytes ?? []);
  if (bytes.length !== 4) return null;
  const binary = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(binary) ? binary.replaceAll('0', '').length : null;
}
