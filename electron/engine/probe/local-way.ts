import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { resetSocket } from '../forward/reset-socket.ts';
import type { TargetOutcome } from '../forward/target-outcome.ts';
import { type OutcomeFeed, OwnOutcome } from './outcome-feed.ts';
import { askSocks } from './socks-client.ts';
import { blocked, CONNECT_MS, firstOf, type Way } from './way.ts';
import { Wire } from './wire.ts';

/** The listener that is entered. */
export interface LocalEntrance {
  readonly bound: Endpoint;
  readonly outcomes: OutcomeFeed;
  /** What a SOCKS listener is asked for; null for one with a target of its own. */
  readonly socksTarget: Endpoint | null;
}

/**
 * Goes to the target as a program on this computer would: through the real listener. The listener only resets a client
 * whose target cannot be reached, so the reason comes from the forward's own outcome of this very connection.
 */
export async function enterLocally(entrance: LocalEntrance, signal: AbortSignal): Promise<Way> {
  const { bound, outcomes, socksTarget } = entrance;
  const door = doorOf(bound);
  const own = new OwnOutcome(outcomes);
  const socket = connect({ host: door.host, port: door.port, noDelay: true, allowHalfOpen: true });
  socket.on('error', () => {}); // 'close' follows and says all that matters
  const closed = untilClosed(socket);
  try {
    const isConnected = once(socket, 'connect', { signal }).then(() => null);
    const refusal = await isConnected.catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    if (refusal !== null) {
      await hangUp(socket);
      return blocked({ kind: 'entranceRefused', entrance: door, detail: refusal });
    }
    own.isFrom({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 });
    const granted = socksTarget === null ? Promise.resolve(true) : askSocks(socket, socksTarget);
    const outcome = await firstOf<TargetOutcome | 'closed'>([own.found, closed], CONNECT_MS, signal);
    if (typeof outcome === 'object' && outcome.status === 'answered' && (await granted)) {
      return {
        kind: 'open',
        tested: 'forward',
        wire: new Wire({ stream: socket, hangUp: () => hangUp(socket) }),
      };
    }
    await hangUp(socket);
    if (typeof outcome === 'object') {
      return blocked(
        outcome.status === 'failed' ? { kind: 'refused', error: outcome.error } : { kind: 'reset' },
      );
    }
    return blocked(outcome === 'timedOut' ? { kind: 'timedOut', waitedMs: CONNECT_MS } : { kind: 'reset' });
  } finally {
    own.stop();
  }
}

/** Where a client on this computer finds the listener: one for every address is on loopback too. */
function doorOf({ host, port }: Endpoint): Endpoint {
  return { host: host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port };
}

function untilClosed(socket: Socket): Promise<'closed'> {
  return new Promise((resolve) => socket.once('close', () => resolve('closed')));
}

/** RST, because a target that never ends its side would keep a connection that only half is ended. */
async function hangUp(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = untilClosed(socket);
  if (socket.destroyed) return void (await closed);
  resetSocket(socket);
  await closed;
}
