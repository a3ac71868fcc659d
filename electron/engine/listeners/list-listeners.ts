import type { FoundListener, ListenersResult, SystemListener } from '#shared/listener.ts';
import { compareIps, parseIp } from '#shared/listener-address.ts';
import { describeReach, type LocalAddress } from '#shared/listener-reach.ts';
import { fail, succeed } from '#shared/result.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { createLinuxReader } from './linux.ts';
import { readLocalAddresses } from './local-addresses.ts';
import { createMacosReader } from './macos.ts';
import { createWindowsReader } from './windows.ts';

/** In UTF-16 units: more than any system's names have. */
const MAX_NAME_LENGTH = 256;

/** One reader for each system, kept for the life of the process: each remembers what is slow to find out. */
const readers: Partial<Record<NodeJS.Platform, () => Promise<ListenersResult<FoundListener>>>> = {
  linux: createLinuxReader(),
  darwin: createMacosReader(),
  win32: createWindowsReader(),
};

/**
 * All TCP listeners of this computer, sorted by port and then address. None is marked as ours yet: that is
 * what `tagOurListeners` does. Cheap enough on Linux to call every second; elsewhere it starts two programs.
 */
export async function listListeners(platform: NodeJS.Platform = process.platform): Promise<ListenersResult> {
  const read = readers[platform];
  if (!read) return fail({ code: 'unsupportedPlatform', detail: platform });
  const found = await read();
  return found.ok ? succeed(completeListeners(found.value, readLocalAddresses())) : found;
}

/** Makes the names fit to show, adds who can reach each listener, and sorts by port and then address. */
export function completeListeners(
  found: readonly FoundListener[],
  localAddresses: readonly LocalAddress[],
): readonly SystemListener[] {
  return found
    .map((listener) => ({
      ...makeNamesSafe(listener),
      reach: describeReach(listener.address, localAddresses),
      ours: null,
    }))
    .sort((a, b) => a.port - b.port || compareAddresses(a.address, b.address));
}

/** Anybody can name a program, and what a name does to a line of text is not this computer's word. */
function makeNamesSafe(listener: FoundListener): FoundListener {
  const { process, owner } = listener;
  return {
    ...listener,
    process: process && { ...process, name: makeServerLineSafe(process.name, MAX_NAME_LENGTH) || '?' },
    owner: owner && { ...owner, user: owner.user && makeServerLineSafe(owner.user, MAX_NAME_LENGTH) },
  };
}

function compareAddresses(a: string, b: string): number {
  const [ipA, ipB] = [parseIp(a), parseIp(b)];
  return ipA && ipB ? compareIps(ipA, ipB) : a.localeCompare(b);
}
