import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { platform } from 'node:process';
import { flowsFreely } from '../ssh/wire/lending.ts';

/** Where all lending sockets read into, one after the other: each read is used, or copied, before the next. */
const sharedBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Takes bytes that it has for the time of the call only. */
export type LentReceiver = (bytes: Buffer) => void;

const receivers = new WeakMap<Socket, LentReceiver>();

/** What this socket reads goes to `receiver` from now on, as lent bytes, unless older ones still wait in the stream. */
export function receiveLent(socket: Socket, receiver: LentReceiver): void {
  receivers.set(socket, receiver);
}

/**
 * The connection of a socket that a server has accepted, paused and unread, as a socket that makes no buffer for each
 * read: Node makes one of 64 KiB, which in Electron costs more than all else that is done with a short message. What
 * comes is copied and emitted as 'data', as ever, until somebody takes it by `receiveLent`.
 *
 * `net.Server` has no `onread` to give to the sockets that it makes, so the handle moves to a new one. Where it cannot,
 * the accepted socket itself is given back; and on Windows, where reads may be under way before their turn comes.
 */
export function lendingSocket(accepted: Socket, highWaterMark: number): Socket {
  const inside = accepted as unknown as { _handle?: object | null };
  const handle = inside._handle;
  if (platform === 'win32' || !handle || accepted.destroyed) return accepted;
  inside._handle = null;
  // Without its handle it only tells the server that it is gone.
  accepted.destroy();
  const options: SocketConstructorOpts & SocketInside = {
    handle,
    pauseOnCreate: true,
    readable: true,
    writable: true,
    allowHalfOpen: true,
    highWaterMark,
    onread: { buffer: sharedBuffer, callback: (length) => take(socket, sharedBuffer.subarray(0, length)) },
  };
  const socket = new Socket(options);
  return socket;
}

/** What `net.Server` itself makes sockets with. */
interface SocketInside {
  readonly handle: object;
  readonly onread: OnReadOpts;
  readonly pauseOnCreate: boolean;
  readonly highWaterMark: number;
}

/** False stops the reading until the socket is resumed. */
function take(socket: Socket, bytes: Buffer): boolean {
  const receiver = receivers.get(socket);
  if (receiver === undefined || !flowsFreely(socket)) return socket.push(Buffer.from(bytes));
  receiver(bytes);
  return true;
}
