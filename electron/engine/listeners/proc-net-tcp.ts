import { formatIp } from '#shared/listener-address.ts';

/** A listening socket as the Linux kernel lists it. The inode leads to the process that holds it. */
export interface KernelListener {
  readonly protocol: 'tcp' | 'tcp6';
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  /** Decimal text: an unsigned long, so it may not fit a number. */
  readonly inode: string;
}

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode`, state 0A only (proc_pid_net(5)). */
const listenLine =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) (?:0{8}|0{32}):0000 0A [0-9A-F:]+ [0-9A-F:]+ [0-9A-F]+ +(\d+) +\d+ (\d+) /;

/**
 * Reads the text of `/proc/net/tcp` or `/proc/net/tcp6`: its listeners and nothing else. Addresses there are
 * 32-bit words in the byte order of the machine that wrote them, hence `byteOrder`; ports are not.
 */
export function parseProcNetTcp(text: string, byteOrder: 'LE' | 'BE'): readonly KernelListener[] {
  const listeners: KernelListener[] = [];
  for (const line of text.split('\n')) {
    const [, hexAddress, hexPort, uid, inode] = listenLine.exec(line) ?? [];
    if (hexAddress === undefined || hexPort === undefined || inode === undefined) continue;
    const port = Number.parseInt(hexPort, 16);
    if (port === 0) continue;
    listeners.push({
      protocol: hexAddress.length === 8 ? 'tcp' : 'tcp6',
      address: formatIp({ bytes: readWords(hexAddress, byteOrder), zone: null }),
      port,
      uid: Number(uid),
      inode,
    });
  }
  return listeners;
}

function readWords(hex: string, byteOrder: 'LE' | 'BE'): readonly number[] {
  const bytes = Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  if (byteOrder === 'BE') return bytes;
  return bytes.map((_, i) => bytes[(i & ~3) + 3 - (i & 3)] ?? 0);
}
