import type { ConnectionProgram } from '#shared/connection.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { formatIp, parseIp, unmapIp } from '#shared/listener-address.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { TcpEnds } from './find-programs.ts';
import type { HeldEnds } from './lsof-connections.ts';

/** For each wanted end the program that holds it; what is not among them belongs to somebody we may not look into. */
export function matchPrograms(
  wanted: readonly TcpEnds[],
  held: readonly HeldEnds[],
): readonly ConnectionProgram[] {
  const holders = new Map(held.map((each) => [keyOf(each), each]));
  return wanted.map((ends) => {
    const holder = holders.get(keyOf(ends));
    if (holder === undefined) return { kind: 'notVisible', user: null };
    return { kind: 'found', name: makeServerLineSafe(holder.name) || '?', pid: holder.pid };
  });
}

function keyOf({ local, remote }: TcpEnds): string {
  return `${writeEnd(local)} ${writeEnd(remote)}`;
}

/** Without zones, which systems write as names or as numbers, and with mapped IPv4 as IPv4. */
function writeEnd({ host, port }: Endpoint): string {
  const ip = parseIp(host);
  return `${ip ? formatIp({ ...unmapIp(ip), zone: null }) : host} ${port}`;
}
