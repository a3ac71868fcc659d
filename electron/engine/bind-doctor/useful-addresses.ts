import { networkInterfaces } from 'node:os';
import { isIpv6 } from '#shared/endpoint.ts';

/** As many as the error may carry. */
const MAX_ADDRESSES = 8;

/** What `os.networkInterfaces` tells of an address. */
interface InterfaceAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly internal: boolean;
}

/**
 * This computer's addresses on networks, for somebody who wanted one that it does not have: those of the same family
 * first. Link-local ones only serve who wanted one, and are told with the interface without which they cannot be bound.
 */
export function listUsefulAddresses(
  wanted: string,
  interfaces: Readonly<Record<string, readonly InterfaceAddress[] | undefined>> = networkInterfaces(),
): string[] {
  const wantsIpv6 = isIpv6(wanted);
  const wantsLinkLocal = isLinkLocal(wanted);
  const usable = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ internal, address }) => !internal && (wantsLinkLocal || !isLinkLocal(address)))
      .map(({ address, family }) => ({
        text: isLinkLocal(address) ? `${address}%${name}` : address,
        rank: (isLinkLocal(address) === wantsLinkLocal ? 0 : 2) + ((family === 'IPv6') === wantsIpv6 ? 0 : 1),
      })),
  );
  return usable
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, MAX_ADDRESSES)
    .map(({ text }) => text);
}

/** fe80::/10 (RFC 4291 section 2.5.6). */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}
