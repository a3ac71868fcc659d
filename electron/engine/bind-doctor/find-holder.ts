import { readlink } from 'node:fs/promises';
import type { Endpoint } from '#shared/endpoint.ts';
import { bindScope } from '#shared/exposure.ts';
import type { SystemListener } from '#shared/listener.ts';
import { formatIp, parseIp, unmapIp } from '#shared/listener-address.ts';
import type { PortHolder } from '#shared/port-holder.ts';
import { type OurListener, tagOurListeners } from '../listeners/our-listeners.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { readProcessStart } from './process-start.ts';

/** What of this computer's listeners is ours. */
export interface Ours {
  readonly listeners: readonly OurListener[];
  readonly practicePort: number | null;
}

/** As in `portHolderSchema`. */
const MAX_NAME_LENGTH = 100;

/**
 * The listener that keeps another from binding at `wanted`, which is an address as the user wrote it; null if
 * there is none. Of several the one at that very address counts, then one whose process is known.
 */
export function findListenerInTheWay(
  wanted: Endpoint,
  listeners: readonly SystemListener[],
): SystemListener | null {
  const inTheWay = listeners.filter(
    ({ port, address }) => port === wanted.port && meet(address, wanted.host),
  );
  const rank = ({ address, process }: SystemListener) =>
    (sameAddress(address, wanted.host) ? 0 : 2) + (process === null ? 1 : 0);
  return inTheWay.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** Says who holds a listener. Names of programs and users are made fit to show. */
export async function nameHolder(
  listener: SystemListener,
  { listeners, practicePort }: Ours,
  platform: NodeJS.Platform,
): Promise<PortHolder> {
  const { address, owner } = listener;
  const [{ ours, process: holder } = listener] = tagOurListeners([listener], listeners);
  if (ours !== null) return { kind: 'ourTunnel', ...ours, address };
  if (holder === null) {
    const user = owner?.user ?? (owner === null ? null : String(owner.uid));
    return { kind: 'unseen', user: user === null ? null : safe(user), address };
  }
  const { name, pid } = holder;
  if (pid === process.pid && listener.port === practicePort) return { kind: 'practiceServer', address };
  const since = await readProcessStart(pid, platform);
  if (pid !== process.pid && (await isCulvert(name, pid, platform))) {
    return { kind: 'otherCulvert', pid, since, address };
  }
  return { kind: 'program', name: safe(name) || '?', pid, since, address };
}

/** Claims that a listener at one address keeps another from binding at the other. */
function meet(taken: string, wanted: string): boolean {
  const [takenFamilies, wantedFamilies] = [familiesOf(taken), familiesOf(wanted)];
  if (!takenFamilies.some((family) => wantedFamilies.includes(family))) return false;
  if (bindScope(taken) === 'all' || bindScope(wanted) === 'all') return true;
  return sameAddress(taken, wanted);
}

/** An IPv6 listener on all addresses takes IPv4 too, as ours does; which one does not, no list tells. */
function familiesOf(address: string): readonly (4 | 6)[] {
  const ip = parseIp(address.trim());
  if (ip === null) return [4, 6];
  const { bytes } = unmapIp(ip);
  if (bytes.length === 4) return [4];
  return bindScope(address) === 'all' ? [4, 6] : [6];
}

function sameAddress(taken: string, wanted: string): boolean {
  if (bindScope(taken) === 'all' && bindScope(wanted) === 'all') return true;
  const [a, b] = [parseIp(taken), parseIp(wanted.trim())];
  if (a === null || b === null) return false;
  // Linux tells no zone in its list, others may write it by name or by number.
  return formatIp({ ...unmapIp(a), zone: null }) === formatIp({ ...unmapIp(b), zone: null });
}

/**
 * Claims that a process is a Culvert: by its name, or, since a Culvert that is not packaged goes by the name of
 * Electron, by running from the very file that we run from.
 */
async function isCulvert(name: string, pid: number, platform: NodeJS.Platform): Promise<boolean> {
  if (/^culvert\b/i.test(name)) return true;
  if (platform !== 'linux' || process.versions.electron === undefined) return false;
  return (await readlink(`/proc/${pid}/exe`).catch(() => null)) === process.execPath;
}

function safe(text: string): string {
  return makeServerLineSafe(text, MAX_NAME_LENGTH);
}
