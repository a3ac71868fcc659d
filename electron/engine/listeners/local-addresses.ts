import { networkInterfaces } from 'node:os';
import type { LocalAddress } from '#shared/listener-reach.ts';

/** This computer's addresses now. An address whose netmask is not a prefix is left out. */
export function readLocalAddresses(): readonly LocalAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([interfaceName, addresses = []]) =>
    addresses.flatMap((entry) => {
      const prefixLength = Number(entry.cidr?.split('/')[1]);
      if (Number.isNaN(prefixLength)) return [];
      return [
        {
          interfaceName,
          address: entry.address,
          prefixLength,
          isInternal: entry.internal,
          scopeId: entry.family === 'IPv6' ? entry.scopeid : null,
        },
      ];
    }),
  );
}
