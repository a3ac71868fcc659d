import type { Endpoint } from '#shared/endpoint.ts';
import type { SystemListener } from '#shared/listener.ts';
import type { ServerLook } from '#shared/server-look.ts';
import { doorOf, type EntranceProof } from '../probe/prove-entrance.ts';

/** Claims that a look could not tell of some listener whether it is this forward's. */
export function isInDoubt(look: ServerLook, forwardId: string): boolean {
  return look.status === 'seen' && look.listeners.some((listener) => isDoubtful(listener, forwardId));
}

/** The look after each of those was tried: what proved to be ours is, and what proved not to be is another program's. */
export async function settleDoubt(
  look: ServerLook,
  forwardId: string,
  prove: (door: Endpoint) => Promise<EntranceProof>,
): Promise<ServerLook> {
  if (look.status !== 'seen') return look;
  const listeners: SystemListener[] = [];
  for (const listener of look.listeners) {
    if (!isDoubtful(listener, forwardId)) listeners.push(listener);
    else
      listeners.push(
        afterProof(listener, await prove(doorOf({ host: listener.address, port: listener.port }))),
      );
  }
  return { ...look, listeners };
}

function isDoubtful({ ours }: SystemListener, forwardId: string): boolean {
  return ours?.isDoubtful === true && ours.forwardId === forwardId;
}

function afterProof(listener: SystemListener, proof: EntranceProof): SystemListener {
  const { ours } = listener;
  if (ours === null || proof === 'unknown') return listener;
  const { isDoubtful: _settled, ...sure } = ours;
  return { ...listener, ours: proof === 'ours' ? sure : null };
}
