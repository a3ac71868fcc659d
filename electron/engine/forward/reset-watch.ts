import type { Socket } from 'node:net';

/** How often the sockets that nobody reads are tried, in milliseconds. */
const TRIAL_INTERVAL_MS = 5_000;

const watched = new Set<Socket>();
let timer: NodeJS.Timeout | undefined;

/**
 * Sees to it that a program which resets its connection is noticed within seconds while its socket is paused: libuv asks the
 * kernel about no socket that it neither reads nor writes, so a client that was gone stayed "connected" for as long as its
 * target did not read. A write of nothing moves no byte and tells the error that the kernel keeps for the socket;
 * 'error' and 'close' follow, as ever.
 */
export function watchForReset(socket: Socket): void {
  if (socket.closed) return;
  watched.add(socket);
  timer ??= setInterval(tryAll, TRIAL_INTERVAL_MS).unref();
  socket.once('close', () => {
    watched.delete(socket);
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
}

function tryAll(): void {
  for (const socket of watched) if (isUnheard(socket)) socket.write('');
}

/** Claims that neither a read nor a write is under way. After our FIN every write would fail. */
function isUnheard(socket: Socket): boolean {
  return socket.isPaused() && socket.writable && !socket.writableEnded && socket.writableLength === 0;
}
