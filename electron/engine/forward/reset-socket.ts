import type { Socket } from 'node:net';

/**
 * Ends a TCP connection with RST, so that the other program sees that its data is not complete.
 * A `close` event always follows. Safe to call in any state, more than once.
 *
 * On Node 20 a reset while our FIN is being sent fails with EINVAL, leaks the descriptor and no `close`
 * follows (libuv refuses SO_LINGER after shutdown). Then everything was already handed to the kernel and
 * the FIN is true, so that a plain close is right.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const isSendingFin = socket.writableEnded && !socket.writableFinished;
  if (isSendingFin) socket.destroy();
  else socket.resetAndDestroy();
}
