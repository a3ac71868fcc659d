import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { eventually } from './eventually.ts';

/** A TCP socket that a process holds. */
export interface OpenSocket {
  readonly local: string;
  /** Null for a listener. */
  readonly remote: string | null;
  /** As netstat calls it: LISTEN, ESTABLISHED, CLOSE_WAIT. */
  readonly state: string;
  readonly inode: string;
}

/** The TCP sockets, listeners too, that a process holds open: ours, or another of the same user (as root: any). */
export function openTcpSockets(pid: number | 'self' = 'self'): readonly OpenSocket[] {
  const held = socketInodes(pid);
  return ['tcp', 'tcp6']
    .flatMap((table) => readTable(`/proc/${pid}/net/${table}`))
    .filter(({ inode }) => held.has(inode));
}

export interface LeakWatch {
  /** Throws, listing them, if sockets opened since the start are still open after `timeoutMs` (default 5000). */
  expectNone(timeoutMs?: number): Promise<void>;
}

/** Starts watching: whatever is open now does not count as a leak. */
export function watchForLeaks(pid: number | 'self' = 'self'): LeakWatch {
  const before = new Set(openTcpSockets(pid).map(({ inode }) => inode));
  return {
    expectNone: (timeoutMs = 5000) =>
      eventually(
        () => {
          const leaked = openTcpSockets(pid).filter(({ inode }) => !before.has(inode));
          if (leaked.length > 0) throw new Error(`Sockets leaked:\n${leaked.map(describe).join('\n')}`);
        },
        { timeoutMs },
      ),
  };
}

function describe({ local, remote, state }: OpenSocket): string {
  return `${state} ${local}${remote === null ? '' : ` -> ${remote}`}`;
}

function socketInodes(pid: number | 'self'): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  const inodes = readdirSync(folder).map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? null;
    } catch {
      // Closed since it was listed, as the one that listed them always is.
      return null;
    }
  });
  return new Set(inodes.filter((inode) => inode !== null));
}

/** Source: proc(5), /proc/net/tcp. */
const stateNames: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
};

function readTable(file: string): readonly OpenSocket[] {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, local = '', remote = '', code = '', , , , , , inode = ''] = row.trim().split(/\s+/);
    const state = stateNames[code] ?? code;
    return { local: endpoint(local), remote: state === 'LISTEN' ? null : endpoint(remote), state, inode };
  });
}

/** `0100007F:1F90` is 127.0.0.1:8080: each group of four bytes stands in the machine's own (little-endian) order. */
function endpoint(text: string): string {
  const [address = '', port = ''] = text.split(':');
  const bytes = Buffer.from(address, 'hex');
  bytes.swap32();
  const host = bytes.length === 4 ? bytes.join('.') : `[${ipv6(bytes)}]`;
  return `${host}:${Number.parseInt(port, 16)}`;
}

function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new net.SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}
