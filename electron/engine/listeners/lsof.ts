import type { FoundListener } from '#shared/listener.ts';
import { formatIp, type IpAddress, parseIp } from '#shared/listener-address.ts';

/** What to ask lsof for: process id, command, user number, login; descriptor, type, device, protocol, name, TCP state. */
export const lsofFields = 'pcuLftdPnT';

interface ProcessSet {
  pid: number;
  command: string;
  uid: number | null;
  login: string | null;
}

/**
 * Reads `lsof -nP -iTCP -sTCP:LISTEN -F<lsofFields>` (lsof(8), OUTPUT FOR OTHER PROGRAMS): one field a line,
 * a `p` line opening a process, an `f` line a file of it. Sockets held twice, by one process or by
 * a parent and its children, are given once, with the lowest pid.
 */
export function parseLsof(text: string): readonly FoundListener[] {
  const bySocket = new Map<string, FoundListener>();
  let process: ProcessSet | null = null;
  let file = new Map<string, string>();

  const endFile = () => {
    const listener = process && readListener(process, file);
    if (listener) {
      const device = file.get('d') ?? `${listener.process?.pid} ${file.get('f')}`;
      const socket = `${device} ${listener.protocol} ${listener.address} ${listener.port}`;
      const other = bySocket.get(socket);
      if (!other?.process || (listener.process && listener.process.pid < other.process.pid)) {
        bySocket.set(socket, listener);
      }
    }
    file = new Map();
  };

  for (const line of text.split(/\r?\n/)) {
    const field = line.charAt(0);
    const value = line.slice(1);
    if (field === 'p') {
      endFile();
      process = /^\d{1,10}$/.test(value) ? { pid: Number(value), command: '', uid: null, login: null } : null;
    } else if (field === 'f') {
      endFile();
      file.set('f', value);
    } else if (process !== null) {
      if (field === 'c') process.command = unescapeLsof(value).slice(0, 256);
      else if (field === 'u') process.uid = /^\d{1,10}$/.test(value) ? Number(value) : null;
      else if (field === 'L') process.login = value.slice(0, 256);
      else if (field === 'T') file.set(`T${value.split('=')[0]}`, value.split('=')[1] ?? '');
      else if (field !== '') file.set(field, value);
    }
  }
  endFile();
  return [...bySocket.values()];
}

function readListener(process: ProcessSet, file: ReadonlyMap<string, string>): FoundListener | null {
  if (file.get('P') !== 'TCP' || file.get('TST') !== 'LISTEN') return null;
  const type = file.get('t');
  if (type !== 'IPv4' && type !== 'IPv6') return null;
  const [, host, digits] = /^(\*|[\d.]+|\[[^\]]+\]):(\d{1,5})$/.exec(file.get('n') ?? '') ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65535) return null;
  const address = readAddress(host, type);
  if (address === null) return null;
  return {
    protocol: type === 'IPv4' ? 'tcp' : 'tcp6',
    address,
    port,
    state: 'LISTEN',
    process: { pid: process.pid, name: process.command || '?' },
    owner: process.uid === null ? null : { uid: process.uid, user: process.login },
  };
}

function readAddress(host: string, type: 'IPv4' | 'IPv6'): string | null {
  if (host === '*') return type === 'IPv4' ? '0.0.0.0' : '::';
  const ip = parseIp(host.replace(/^\[|\]$/g, ''));
  if (ip === null) return null;
  if (ip.bytes.length === 16) return type === 'IPv6' ? formatIp(unembedZone(ip)) : null;
  // lsof writes an IPv4 address inside IPv6 as plain IPv4; only the type tells.
  return type === 'IPv4' ? formatIp(ip) : `::ffff:${formatIp(ip)}`;
}

/** BSD kernels keep a link-local address's zone in its second word, and lsof prints it so: `fe80:5::1` is `fe80::1%5`. */
export function unembedZone(ip: IpAddress): IpAddress {
  const [first = 0, second = 0, high = 0, low = 0, ...rest] = ip.bytes;
  const isLinkLocal = first === 0xfe && (second & 0xc0) === 0x80;
  const zone = (high << 8) | low;
  if (!isLinkLocal || zone === 0 || ip.zone !== null) return ip;
  return { bytes: [first, second, 0, 0, ...rest], zone: String(zone) };
}

/** lsof writes bytes that it deems unprintable, a space in a name among them, as `\xHH`. */
function unescapeLsof(text: string): string {
  const bytes = text.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes === text ? text : Buffer.from(bytes, 'latin1').toString('utf8');
}
