import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProbeAnswer } from '#shared/probe.ts';
import type { TargetOutcome } from '../forward/target-outcome.ts';
import { askSocks5 } from '../route/proxy/ask-socks5.ts';
import type { ProxyReply } from '../route/proxy/proxy-reply.ts';
import { type OutcomeFeed, OwnOutcome } from './outcome-feed.ts';
import type { Allows } from './server-door.ts';
import { hangUp, untilClosed, wireOver } from './socket-wire.ts';
import { blocked, CONNECT_MS, firstOf, type Way } from './way.ts';

/** The listener that is entered. */
export interface LocalEntrance {
  readonly bound: Endpoint;
  readonly outcomes: OutcomeFeed;
  /** What a SOCKS listener is asked for; null for one with a target of its own. */
  readonly socksTarget: Endpoint | null;
  readonly allows: Allows;
}

/**
 * Goes to the target as a program on this computer would: through the real listener. The listener only resets a client
 * whose target cannot be reached, so the reason comes from the forward's own outcome of this very connection.
 */
export async function enterLocally(entrance: LocalEntrance, signal: AbortSignal): Promise<Way> {
  const door = doorOf(entrance.bound);
  // Who connects to an address of this computer's own comes from that very address.
  if (!entrance.allows(door.host)) {
    return blocked({ kind: 'sourceNotAllowed', side: 'here', from: door.host });
  }
  const own = new OwnOutcome(entrance.outcomes);
  const socket = connect({ host: door.host, port: door.port, noDelay: true, allowHalfOpen: true });
  socket.on('error', () => {}); // 'close' follows and says all that matters
  const closed = untilClosed(socket);
  try {
    const refusal = await untilConnected(socket, signal);
    if (refusal !== null) {
      await hangUp(socket);
      return blocked({ kind: 'entranceRefused', entrance: door, detail: refusal });
    }
    own.isFrom({ host: socket.localAddress ?? '', port: socket.localPort ?? 0 });
    const { socksTarget } = entrance;
    const granted = socksTarget === null ? true : isGranted(askSocks5(socket, socksTarget, null));
    const news = await firstOf<TargetOutcome | 'closed'>([own.found, closed], CONNECT_MS, signal);
    const hasAnswered = typeof news === 'object' && news.status === 'answered' && (await granted);
    if (hasAnswered) return { kind: 'open', tested: 'forward', wire: wireOver(socket) };
    await hangUp(socket);
    return blocked(whyNot(news));
  } finally {
    own.stop();
  }
}

/** By our own listener; a proxy that hangs up grants nothing. */
const isGranted = (asked: Promise<ProxyReply>): Promise<boolean> =>
  asked.then(
    ({ kind }) => kind === 'connected',
    () => false,
  );

/** Null once it is connected, else the system's code. */
async function untilConnected(socket: Socket, signal: AbortSignal): Promise<string | null> {
  try {
    await once(socket, 'connect', { signal });
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

function whyNot(news: TargetOutcome | 'closed' | 'timedOut' | 'aborted'): ProbeAnswer {
  if (news === 'timedOut') return { kind: 'timedOut', waitedMs: CONNECT_MS };
  if (typeof news === 'string' || news.status === 'answered') return { kind: 'reset' };
  return { kind: 'refused', error: news.error };
}

/** Where a client on this computer finds the listener: one for every address is on loopback too. */
function doorOf({ host, port }: Endpoint): Endpoint {
  return { host: host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host, port };
}
