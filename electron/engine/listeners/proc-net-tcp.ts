import { formatIp } from '#shared/listener-address.ts';
import type { BareSocket } from './found-socket.ts';

/** A socket as the Linux kernel lists it. The inode leads to the process that holds it. */
export interface KernelSocket extends BareSocket {
  readonly uid: number;
  /** Decimal text: an unsigned long, so it may not fit a number. */
  readonly inode: string;
}

/** One that listens. */
export type KernelListener = Omit<KernelSocket, 'peer'>;

/** `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode`, in state 01 or 0A (proc_pid_net(5)). */
const socketLine =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) (01|0A) [0-9A-F:]+ [0-9A-F:]+ [0-9A-F]+ +(\d{1,10}) +\d+ (\d+)(?: |$)/;

/**
 * Reads the text of `/proc/net/tcp` or `/proc/net/tcp6`: its listeners and nothing else. Addresses there are
 * 32-bit words in the byte order of the machine that wrote them, hence `byteOrder`; ports are not.
 */
export function parseProcNetTcp(text: string, byteOrder: 'LE' | 'BE'): readonly KernelListener[] {
  return parseProcNetSockets(text, byteOrder).flatMap(({ peer, ...socket }) =>
    peer === null ? [socket] : [],
  );
}

/** The same with established connections. */
export function parseProcNetSockets(text: string, byteOrder: 'LE' | 'BE'): readonly KernelSocket[] {
  const sockets: KernelSocket[] = [];
  for (const line of text.split('\n')) {
    const [, hexAddress, hexPort = '', hexPeer, hexPeerPort = '', state, uid, inode] =
      socketLine.exec(line) ?? [];
    if (hexAddress === undefined || hexPeer === undefined || inode === undefined) continue;
    const port = Number.parseInt(hexPort, 16);
    const peerPort = Number.parseInt(hexPeerPort, 16);
    const isListening = state === '0A';
    if (port === 0 || hexAddress.length !== hexPeer.length) continue;
    if (isListening !== (peerPort === 0) || (isListening && /[^0]/.test(hexPeer))) continue;
    sockets.push({
      protocol: hexAddress.length === 8 ? 'tcp' : 'tcp6',
      address: readAddress(hexAddress, byteOrder),
      port,
      peer: isListening ? null : { host: readAddress(hexPeer, byteOrder), port: peerPort },
      uid: Number(uid),
      inode,
    });
  }
  return sockets;
}

function readAddress(hex: string, byteOrder: 'LE' | 'BE'): string {
  return formatIp({ bytes: readWords(hex, byteOrder), zone: null });
}

function readWords(hex: string, byteOrder: 'LE' | 'BE'): readonly number[] {
  const bytes = Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
  if (byteOrder === 'BE') return bytes;
  return bytes.map((_, i) => bytes[(i & ~3) + 3 - (i & 3)] ?? 0);
}
