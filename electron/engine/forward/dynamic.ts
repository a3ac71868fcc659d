import type { Socket } from 'node:net';
import { resetSocket } from './reset-socket.ts';
import { SocksParser, type SocksRequest } from './socks.ts';

/** How long a SOCKS client may take for its whole handshake, in milliseconds. */
export const SOCKS_HANDSHAKE_TIMEOUT_MS = 10_000;

/** How long a client that was turned away may take to read why, in milliseconds. */
const FAREWELL_TIMEOUT_MS = 2_000;

/**
 * Reads a SOCKS client's handshake and gives its request; the socket is then paused, with the data that
 * followed the handshake still in it. Gives null when there is nothing to serve: the client left, was too
 * slow (then it is reset) or was turned away with an answer.
 */
export function readSocksRequest(socket: Socket): Promise<SocksRequest | null> {
  return new Promise((resolve) => {
    const parser = new SocksParser();
    const finish = (request: SocksRequest | null) => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onGone).off('close', onGone);
      resolve(request);
    };
    const onGone = () => {
      finish(null);
      resetSocket(socket);
    };
    const timer = setTimeout(onGone, SOCKS_HANDSHAKE_TIMEOUT_MS);
    const onData = (chunk: Buffer) => {
      const step = parser.feed(chunk);
      if (step.status === 'refuse') {
        finish(null);
        return dismiss(socket, step.reply);
      }
      if (step.reply.length > 0) socket.write(step.reply);
      if (step.status === 'more') return;
      socket.pause();
      finish(step.request);
      if (step.rest.length > 0) socket.unshift(step.rest);
    };
    if (socket.destroyed) return onGone();
    socket.on('data', onData).on('end', onGone).on('close', onGone);
    socket.resume();
  });
}

/**
 * Sends a last answer and closes. What the client still sends is read and dropped: closing over unread
 * bytes sends RST, which can overtake the answer.
 */
export function dismiss(socket: Socket, reply: Buffer): void {
  const timer = setTimeout(() => resetSocket(socket), FAREWELL_TIMEOUT_MS);
  socket.on('close', () => clearTimeout(timer));
  socket.end(reply);
  socket.resume();
}
