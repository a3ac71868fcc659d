import type { Endpoint } from '#shared/endpoint.ts';
import { type Detour, takeDetour } from './server-detour.ts';
import { blocked, type Way } from './way.ts';

/** Where the server itself finds a second hop, which listens on all its addresses. */
export function hopDoor(port: number): Endpoint {
  return { host: '127.0.0.1', port };
}

/**
 * Goes to the target of a remote forward as people outside do: by the port of its second hop. Where the server does
 * not let us connect to that, this way cannot be tested, and nothing is learnt of the target.
 */
export async function enterByHop(detour: Detour, port: number, signal: AbortSignal): Promise<Way> {
  const door = hopDoor(port);
  const way = await takeDetour(detour, door, signal, 'hop');
  return way === 'forbidden' ? blocked({ kind: 'wayForbidden', entrance: door }) : way;
}
