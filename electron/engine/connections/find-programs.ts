import type { ConnectionProgram } from '#shared/connection.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { createLinuxPrograms } from './linux-programs.ts';
import { createMacosPrograms } from './macos-programs.ts';
import { createWindowsPrograms } from './windows-programs.ts';

/** A TCP connection of this computer as the program that is sought sees it: its own end first. Addresses, no names. */
export interface TcpEnds {
  readonly local: Endpoint;
  readonly remote: Endpoint;
}

/**
 * Finds out which programs hold these ends, in their order, with one look for all of them. `likelyPids` are looked into
 * first. Never rejects: what a system does not tell is `unknown`.
 */
export type FindPrograms = (
  ends: readonly TcpEnds[],
  likelyPids: readonly number[],
) => Promise<readonly ConnectionProgram[]>;

/** How programs are found on this system. */
export function createProgramFinder(platform: NodeJS.Platform = process.platform): FindPrograms {
  switch (platform) {
    case 'linux':
      return createLinuxPrograms();
    case 'darwin':
      return createMacosPrograms();
    case 'win32':
      return createWindowsPrograms();
    default:
      return async (ends) => ends.map(() => ({ kind: 'unknown' }));
  }
}
