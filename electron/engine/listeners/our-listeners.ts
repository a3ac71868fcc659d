import type { SystemListener } from '#shared/listener.ts';
import { formatIp, parseIp } from '#shared/listener-address.ts';

/** A listener that one of our tunnels has bound, with the address and port that the socket reports. */
export interface OurListener {
  readonly tunnelId: string;
  readonly tunnelName: string;
  readonly forwardId: string;
  readonly address: string;
  readonly port: number;
}

/**
 * Marks the listeners that are ours: same address and port, held by `pid` (this process by default).
 * One whose process is unknown is not ours; our own process we can always look into.
 */
export function tagOurListeners(
  listeners: readonly SystemListener[],
  ours: readonly OurListener[],
  pid: number = process.pid,
): SystemListener[] {
  const tags = new Map(ours.map(({ address, port, ...tag }) => [keyOf(address, port), tag]));
  return listeners.map((listener) => {
    if (listener.process?.pid !== pid) return listener;
    const tag = tags.get(keyOf(listener.address, listener.port));
    return tag === undefined ? listener : { ...listener, ours: tag };
  });
}

/** Without the zone, which Linux does not tell in its list. */
function keyOf(address: string, port: number): string {
  const ip = parseIp(address);
  return `${ip === null ? address : formatIp({ ...ip, zone: null })} ${port}`;
}
