import { networkInterfaces } from 'node:os';

/**
 * An IPv4 address of this computer that is not loopback: who dials it from here comes from it, and so is a stranger to
 * whoever knows loopback only. Throws where there is none: a computer without any network cannot run the test.
 */
export function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('This computer has no IPv4 address besides loopback; connect it to a network.');
  return found.address;
}
