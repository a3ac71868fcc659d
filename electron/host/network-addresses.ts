import type { NetworkInterfaceInfo } from 'node:os';

/**
 * Puts the addresses by which other computers are reached into one text, in an order of its own, so that two looks
 * can be compared. Loopback says nothing; neither do IPv6 link-local addresses, which come and go with every device.
 */
export function describeNetwork(interfaces: NodeJS.Dict<readonly NetworkInterfaceInfo[]>): string {
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
        .map(({ address }) => `${name} ${address}`),
    )
    .sort()
    .join('\n');
}
