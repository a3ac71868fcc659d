import { z } from 'zod';
import { formatEndpoint } from './endpoint.ts';
import { bindScope } from './exposure.ts';
import type { SystemListener } from './listener.ts';
import { parseIp, unmapIp } from './listener-address.ts';

/** A listener of another program on the port of an entrance of ours. */
export const otherListenerSchema = z.object({
  address: z.string().max(80),
  /** By which family its visitors come. */
  family: z.enum(['IPv4', 'IPv6']),
  /** What the server tells of it; null where it tells nothing. */
  program: z.string().max(300).nullable(),
  user: z.string().max(300).nullable(),
});

export type OtherListener = z.output<typeof otherListenerSchema>;

type Family = OtherListener['family'];

/**
 * The listeners that people reach who look for an entrance of ours and come by an address that it did not get: a server
 * that gets one address family alone reports success all the same (OpenSSH, channel_setup_fwd_listener_tcpip).
 */
export function otherListeners(
  { listeners }: { readonly listeners: readonly SystemListener[] },
  ours: readonly SystemListener[],
  askedAddress: string,
): readonly OtherListener[] {
  const wanted = familiesAsked(askedAddress);
  return listeners.flatMap((listener) => {
    const family = familyOf(listener.address);
    const isOther =
      ours.some(({ port }) => port === listener.port) &&
      listener.ours?.forwardId !== ours[0]?.ours?.forwardId &&
      wanted.includes(family) &&
      isInTheWay(listener.address, askedAddress) &&
      !ours.some((own) => covers(own.address, listener.address, askedAddress));
    return isOther ? [toldOf(listener, family)] : [];
  });
}

/** By which families visitors come to others, such as `IPv4` or `IPv4 and IPv6`. */
export function familiesOf(others: readonly OtherListener[]): string {
  return [...new Set(others.map(({ family }) => family))].join(' and ');
}

/** Who listens where, for the middle of a sentence, such as `nginx (pid 80) of root at 127.0.0.1:8080`. */
export function otherWords({ address, program, user }: OtherListener, port: number): string {
  const owner = user === null ? '' : ` of ${user}`;
  return `${program ?? 'a program'}${owner} at ${formatEndpoint({ host: address, port })}`;
}

function toldOf({ address, process, owner }: SystemListener, family: Family): OtherListener {
  return {
    address,
    family,
    program: process && `${process.name} (pid ${process.pid})`,
    user: owner && (owner.user ?? `user ${owner.uid}`),
  };
}

/** The families by which people would come; one single address of a server is ours or it is not. */
function familiesAsked(asked: string): readonly Family[] {
  if (bindScope(asked) === 'one') return [];
  return parseIp(asked) === null ? ['IPv4', 'IPv6'] : [familyOf(asked)];
}

function familyOf(address: string): Family {
  const ip = parseIp(address);
  return ip !== null && unmapIp(ip).bytes.length === 16 ? 'IPv6' : 'IPv4';
}

/** Programs on the server itself are all who look for an entrance on loopback. */
function isInTheWay(address: string, asked: string): boolean {
  return bindScope(asked) === 'all' || bindScope(address) !== 'one';
}

/** Claims that those who could reach the other reach ours: of two on one family the nearer one gets them. */
function covers(own: string, other: string, asked: string): boolean {
  if (familyOf(own) !== familyOf(other)) return false;
  return (
    bindScope(own) === bindScope(other) || (bindScope(other) === 'all' && bindScope(asked) === 'loopback')
  );
}
