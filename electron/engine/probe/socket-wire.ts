import type { Socket } from 'node:net';
import { resetSocket } from '../forward/reset-socket.ts';
import { Wire } from './wire.ts';

/** The wire over a connected socket. */
export function wireOver(socket: Socket): Wire {
  return new Wire({ stream: socket, hangUp: () => hangUp(socket) });
}

/**
 * Ends a socket at once; resolves when it is closed. With RST, because a target that never ends its side would keep a
 * connection that only we have ended.
 */
export async function hangUp(socket: Socket): Promise<void> {
  if (socket.closed) return;
  const closed = untilClosed(socket);
  resetSocket(socket);
  await closed;
}

/** Resolves once a socket that is not closed yet is. */
export function untilClosed(socket: Socket): Promise<'closed'> {
  return new Promise((resolve) => socket.once('close', () => resolve('closed')));
}
