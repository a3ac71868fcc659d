import { type FoundSocket, isOneFamily, readAddress, readPort } from '../listeners/found-socket.ts';

/** `[State] Recv-Q Send-Q Local:Port Peer:Port rest`; the state is left out where only one was asked for. */
const socketLine = /^(?:([A-Z][A-Z0-9-]*)\s+)?\d+\s+\d+\s+(\S+)\s+(\S+)(?:\s+(\S.*))?$/;

/**
 * Reads `ss -tlnep` and `ss -tnep state established` of iproute2, from those that write `:::22` and `*:22` to those that
 * write `[::]:22` and `0.0.0.0:22`. Sockets in other states, and the header, are passed over. ss leaves the owner's
 * number out for root, wherever it tells an inode.
 */
export function parseSs(text: string): readonly FoundSocket[] {
  // Older ones write `*` for every IPv4 address, newer ones for both families at once.
  const star = /\s:::(?:\d+|\*)(?:\s|$)/m.test(text) ? '0.0.0.0' : '::';
  return text.split(/\r?\n/).flatMap((line) => {
    const [, state = 'ESTAB', localText = '', peerText = '', rest = ''] = socketLine.exec(line) ?? [];
    const local = readEndpoint(localText, star);
    if (local === null || (state !== 'LISTEN' && state !== 'ESTAB')) return [];
    const peer = state === 'LISTEN' ? null : readEndpoint(peerText, star);
    if (state === 'ESTAB' && !(peer && isOneFamily(local.host, peer.host))) return [];
    const socket: FoundSocket = {
      protocol: local.host.includes(':') ? 'tcp6' : 'tcp',
      address: local.host,
      port: local.port,
      peer,
      process: readProcess(rest),
      owner: readOwner(rest),
    };
    return [socket];
  });
}

/** `10.0.0.1:22`, `127.0.0.53%lo:53`, `[::1]:22`, `[fe80::1]%eth0:22`, `*:80`, and the old `::1:22`. */
function readEndpoint(text: string, star: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, zone = '', plain = '', digits] =
    /^(?:\[([^\]]+)\](%[^:]+)?|(.+)):(\d+)$/.exec(text) ?? [];
  const port = readPort(digits);
  if (port === null) return null;
  // An IPv4 socket that is tied to one interface still has the address that it has.
  const host = bracketed === undefined ? plain.replace(/^([\d.]+)%.*$/, '$1') : `${bracketed}${zone}`;
  const address = host === '*' ? star : readAddress(host);
  return address === null ? null : { host: address, port };
}

/** `users:(("nginx",pid=890,fd=6),…)`, formerly `users:(("nginx",890,6))`: of several the one with the lowest pid. */
function readProcess(rest: string): FoundSocket['process'] {
  const start = rest.indexOf('users:((');
  if (start === -1) return null;
  const users = rest.slice(start);
  let lowest: FoundSocket['process'] = null;
  for (const [, name = '', digits] of users.matchAll(/\("(.{1,256}?)",(?:pid=)?(\d{1,10}),(?:fd=)?\d+\)/g)) {
    const pid = Number(digits);
    if (lowest === null || pid < lowest.pid) lowest = { name, pid };
  }
  return lowest;
}

function readOwner(rest: string): FoundSocket['owner'] {
  const [, digits] = /(?:^|\s)uid:(\d{1,10})(?:\s|$)/.exec(rest) ?? [];
  if (digits !== undefined) return { uid: Number(digits), user: null };
  // The inode 0 belongs to a socket that no process holds any more.
  return /(?:^|\s)ino:[1-9]\d*(?:\s|$)/.test(rest) ? { uid: 0, user: null } : null;
}
