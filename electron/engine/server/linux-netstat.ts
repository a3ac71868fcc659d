import { type FoundSocket, isOneFamily, readAddress, readPort } from '../listeners/found-socket.ts';

/** `tcp 0 0 local:port foreign:port STATE [user inode] [pid/program]`. */
const socketLine = /^(tcp6?)\s+\d+\s+\d+\s+(\S+):(\d+)\s+(\S+):(\d+|\*)\s+(LISTEN|ESTABLISHED)(?:\s+(.*))?$/;

/** What `-e` adds, as a number or, from BusyBox without `-n`, as a name; then what `-p` adds, `-` if it may not know. */
const holder = /^(?:([^\s/]+)\s+(\d+))?\s*(?:(\d{1,10})\/(.*)|-)?\s*$/;

/** A line has no more than this behind its state; what a server makes longer is not worth the search. */
const MAX_HOLDER_LENGTH = 300;

/**
 * Reads `netstat -tan` of Linux, from net-tools or BusyBox, with or without `-e`, `-p` and `-W`. net-tools writes an IPv4
 * address inside IPv6 as plain IPv4, and only the protocol tells; BusyBox writes `tcp` for both families. Ask for `-W`:
 * without it net-tools cuts long addresses, and those that cannot be read any more are left out.
 */
export function parseLinuxNetstat(text: string): readonly FoundSocket[] {
  // The kernel's table is read in parts: what moves in it meanwhile can come twice, to the letter.
  return [...new Set(text.split(/\r?\n/))].flatMap((line) => {
    const [, protocol, host = '', digits, peerHost = '', peerDigits, state, rest = ''] =
      socketLine.exec(line) ?? [];
    const address = inFamily(protocol, readAddress(host));
    const port = readPort(digits);
    if (address === null || port === null) return [];
    const peerAddress = inFamily(protocol, readAddress(peerHost));
    const peerPort = readPort(peerDigits);
    const peer = peerAddress === null || peerPort === null ? null : { host: peerAddress, port: peerPort };
    if ((state === 'LISTEN') !== (peer === null)) return [];
    if (peer && !isOneFamily(address, peer.host)) return [];
    const [, owner, , pid, name = ''] = holder.exec(rest.slice(0, MAX_HOLDER_LENGTH).trim()) ?? [];
    const socket: FoundSocket = {
      protocol: address.includes(':') ? 'tcp6' : 'tcp',
      address,
      port,
      peer,
      process: pid === undefined ? null : { pid: Number(pid), name: name.trim() || '?' },
      owner: owner !== undefined && /^\d{1,10}$/.test(owner) ? { uid: Number(owner), user: null } : null,
    };
    return [socket];
  });
}

function inFamily(protocol: string | undefined, address: string | null): string | null {
  return protocol === 'tcp6' && address !== null && !address.includes(':') ? `::ffff:${address}` : address;
}
