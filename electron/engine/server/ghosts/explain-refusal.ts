import type { RemotePortHolder } from '#shared/remote-port-holder.ts';
import type { SeenServer } from '#shared/server-look.ts';
import { isSshServer } from '../read-look.ts';
import type { SessionTrace } from './session-trail.ts';

/**
 * Who keeps the server from listening on a port for us, by a look in which our tunnels are marked. The server itself
 * never says more than no (RFC 4254 section 4). `ghosts`: sessions of ours that live on there and listened on this port, the youngest first.
 */
export function explainRefusal(
  look: SeenServer,
  port: number,
  ghosts: readonly SessionTrace[],
): RemotePortHolder | null {
  const inTheWay = look.listeners.filter((listener) => listener.port === port);
  const [first] = inTheWay;
  // A list that was cut may lack the very one.
  if (first === undefined) return look.isWhole ? { kind: 'nobody' } : null;
  const ours = inTheWay.find((listener) => listener.ours && !listener.ours.isDoubtful)?.ours;
  if (ours) return { kind: 'ourTunnel', tunnelId: ours.tunnelId, tunnelName: ours.tunnelName };
  const { process, owner } = inTheWay.find((listener) => listener.process !== null) ?? first;
  const { account } = look;
  const isSameAccount = owner !== null && account.uid !== null && owner.uid === account.uid;
  const [ghost] = ghosts;
  // Servers that bind before they change the user (dropbear) listen as root.
  const mayBeSession = isSameAccount || owner === null || owner.uid === 0;
  const isSession = process === null || isSshServer(process.name);
  const shown = process && process.pid > 0 ? { name: process.name, pid: process.pid } : null;
  if (ghost && mayBeSession && isSession) return { kind: 'ghost', pid: ghost.pid, since: ghost.openedAt };
  if (isSameAccount) return { kind: 'sameAccount', user: account.user, process: shown };
  return { kind: 'other', user: owner?.user ?? null, process: shown };
}
