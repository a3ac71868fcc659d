import type { Endpoint } from '#shared/endpoint.ts';
import { dial } from '../forward/dial.ts';
import { type TargetOutcome, targetUnreachable } from '../forward/target-outcome.ts';
import { type Detour, takeDetour } from './server-detour.ts';
import { type Allows, chooseDoor } from './server-door.ts';
import { wireOver } from './socket-wire.ts';
import { blocked, CONNECT_MS, firstOf, type Way } from './way.ts';

/** The listener that is entered, on the server. */
export interface RemoteEntrance extends Detour {
  readonly bound: Endpoint;
  readonly target: Endpoint;
  readonly allows: Allows;
}

/**
 * Goes to the target as a program on the server would: through the server's own listener. Where the server forbids
 * that, only the target itself is tested, from here. Where the allowed sources would shut the server out, nothing is
 * sent: nothing but the address would tell our own connection from that of any program on the server.
 */
export async function enterRemotely(entrance: RemoteEntrance, signal: AbortSignal): Promise<Way> {
  const choice = chooseDoor(entrance.bound, entrance.allows);
  if (choice.kind === 'shutOut') {
    return blocked({ kind: 'sourceNotAllowed', side: 'server', from: choice.from });
  }
  const way = await takeDetour(entrance, choice.door, signal);
  return way === 'forbidden' ? goStraight(entrance.target, signal) : way;
}

/** The target alone, from this computer. */
async function goStraight(target: Endpoint, signal: AbortSignal): Promise<Way> {
  const aborter = new AbortController();
  const dialling = dial(target, AbortSignal.any([signal, aborter.signal]));
  const dialled = await firstOf([dialling], CONNECT_MS, signal);
  if (typeof dialled === 'string') {
    aborter.abort();
    return blocked({ kind: 'timedOut', waitedMs: CONNECT_MS }, 'targetOnly');
  }
  if (!dialled.ok) {
    const { error } = targetUnreachable(target, dialled.error) as Extract<
      TargetOutcome,
      { status: 'failed' }
    >;
    return blocked({ kind: 'refused', error }, 'targetOnly');
  }
  return { kind: 'open', tested: 'targetOnly', wire: wireOver(dialled.value) };
}
