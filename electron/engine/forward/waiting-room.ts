import type { Socket } from 'node:net';
import { resetSocket } from './reset-socket.ts';

/** How long a client waits for a session before it is reset, in milliseconds. */
export const HOLD_TIMEOUT_MS = 10_000;

/** How many clients may wait at one listener; one more is reset at once. */
export const HOLD_LIMIT = 128;

/** Keeps clients, unread, while there is no session to serve them. */
export class WaitingRoom {
  readonly #deadlines = new Map<Socket, NodeJS.Timeout>();

  /** Keeps a paused client, or resets it when the room is full. */
  hold(socket: Socket): void {
    if (this.#deadlines.size >= HOLD_LIMIT) {
      resetSocket(socket);
      return;
    }
    this.#deadlines.set(
      socket,
      setTimeout(() => resetSocket(socket), HOLD_TIMEOUT_MS),
    );
    socket.once('close', () => this.#forget(socket));
  }

  /** Gives all that wait, in the order in which they came; their deadlines no longer hold. */
  release(): readonly Socket[] {
    const sockets = [...this.#deadlines.keys()];
    for (const socket of sockets) this.#forget(socket);
    return sockets;
  }

  #forget(socket: Socket): void {
    clearTimeout(this.#deadlines.get(socket));
    this.#deadlines.delete(socket);
  }
}
