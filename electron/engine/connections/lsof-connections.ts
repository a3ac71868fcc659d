import type { Endpoint } from '#shared/endpoint.ts';
import { parseEndpoint } from '#shared/endpoint.ts';
import { formatIp, parseIp } from '#shared/listener-address.ts';
import { unembedZone } from '../listeners/lsof.ts';
import type { TcpEnds } from './find-programs.ts';

/** An end of a TCP connection with the program that holds it. */
export interface HeldEnds extends TcpEnds {
  readonly name: string;
  readonly pid: number;
}

/** Reads `lsof -nP -iTCP -Fpcn` (lsof(8), OUTPUT FOR OTHER PROGRAMS): its connections, not its listeners. */
export function parseLsofConnections(text: string): readonly HeldEnds[] {
  const held: HeldEnds[] = [];
  let pid = 0;
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(1);
    if (line.startsWith('p')) {
      pid = /^\d{1,10}$/.test(value) ? Number(value) : 0;
      name = '';
    } else if (line.startsWith('c')) {
      name = value.replace(/\\x20/g, ' ').slice(0, 256);
    } else if (line.startsWith('n') && pid > 0) {
      const [local, remote] = value.split('->').map(readEnd);
      if (local && remote) held.push({ local, remote, name: name || '?', pid });
    }
  }
  return held;
}

function readEnd(text: string): Endpoint | null {
  const end = parseEndpoint(text);
  const ip = end && parseIp(end.host);
  return end && ip ? { host: formatIp(unembedZone(ip)), port: end.port } : null;
}
