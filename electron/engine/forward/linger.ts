import type { Socket } from 'node:net';

/** How long a program that goes on speaking may take to read the rest, in milliseconds. */
const LINGER_MS = 2_000;

/**
 * Closes a socket that has ended its side, once the program has ended its own. Until then what the program sends must be
 * read, and dropped: a close over unread bytes sends RST (RFC 2525 section 2.17), at which the kernel forgets all that
 * the program has not received yet, and libuv may tell the program of a good end all the same.
 */
export function destroyAfterLinger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.resume();
}
