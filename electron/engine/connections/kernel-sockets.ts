import { type IpAddress, parseIp, unmapIp } from '#shared/listener-address.ts';
import type { TcpEnds } from './find-programs.ts';

/** A socket as the Linux kernel lists it. */
export interface KernelSocket {
  readonly uid: number;
  /** Decimal text: an unsigned long, so it may not fit a number. It leads to the process that holds the socket. */
  readonly inode: string;
}

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode` (proc_pid_net(5)); inode 0 is nobody's. */
const socketLine =
  /^ *\d+: ([0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4}) [0-9A-F]{2} \S+ \S+ \S+ +(\d+) +\d+ ([1-9]\d*) /;

/**
 * Finds sockets by their ends in the texts of `/proc/net/tcp` and `/proc/net/tcp6`. Not the lines are read but the
 * wanted ends written as the kernel writes them: thousands of lines, most of them somebody else's, then cost one
 * look into a map each. A program that speaks IPv4 through an IPv6 socket stands in `tcp6` with mapped addresses.
 */
export function findKernelSockets(
  texts: readonly string[],
  wanted: readonly TcpEnds[],
  byteOrder: 'LE' | 'BE',
): readonly (KernelSocket | null)[] {
  const places = new Map<string, number>();
  for (const [index, ends] of wanted.entries()) {
    for (const key of keysOf(ends, byteOrder)) places.set(key, index);
  }
  const found: (KernelSocket | null)[] = wanted.map(() => null);
  for (const text of texts) {
    for (const line of text.split('\n')) {
      const [, key = '', uid, inode] = socketLine.exec(line) ?? [];
      const index = places.get(key);
      if (index !== undefined && inode !== undefined) found[index] = { uid: Number(uid), inode };
    }
  }
  return found;
}

function keysOf({ local, remote }: TcpEnds, byteOrder: 'LE' | 'BE'): readonly string[] {
  const [localIp, remoteIp] = [parseIp(local.host), parseIp(remote.host)];
  if (localIp === null || remoteIp === null) return [];
  const forms = [
    [unmapIp(localIp), unmapIp(remoteIp)],
    [mapIp(localIp), mapIp(remoteIp)],
  ] as const;
  return forms.map(
    ([a, b]) => `${writeEnd(a, local.port, byteOrder)} ${writeEnd(b, remote.port, byteOrder)}`,
  );
}

function mapIp(ip: IpAddress): IpAddress {
  if (ip.bytes.length === 16) return ip;
  return { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ip.bytes], zone: null };
}

/** Addresses stand there as 32-bit words in the byte order of the machine; ports do not. */
function writeEnd({ bytes }: IpAddress, port: number, byteOrder: 'LE' | 'BE'): string {
  const ordered = byteOrder === 'BE' ? bytes : bytes.map((_, i) => bytes[(i & ~3) + 3 - (i & 3)] ?? 0);
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  return `${ordered.map((byte) => hex(byte, 2)).join('')}:${hex(port, 4)}`;
}
