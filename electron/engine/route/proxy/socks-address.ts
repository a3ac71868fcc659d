import { isIPv4, isIPv6 } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { asciiHost } from '../../ascii-host.ts';

/** ATYP, DST.ADDR and DST.PORT (RFC 1928 section 5). What is no plain address, one with a zone too, goes as a name. */
export function socksAddress({ host, port }: Endpoint): Buffer {
  const tail = Buffer.from([port >> 8, port & 0xff]);
  if (isIPv4(host)) return Buffer.concat([Buffer.from([1, ...host.split('.').map(Number)]), tail]);
  if (isIPv6(host) && !host.includes('%')) {
    return Buffer.concat([Buffer.from([4]), ipv6Bytes(host), tail]);
  }
  const name = Buffer.from(asciiHost(host)).subarray(0, 255);
  return Buffer.concat([Buffer.from([3, name.length]), name, tail]);
}

/** The URL parser knows every way to write an address, and gives back hexadecimal groups with at most one `::`. */
function ipv6Bytes(address: string): Buffer {
  const groups = new URL(`ssh2://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = groups.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...left, ...zeros, ...right].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
