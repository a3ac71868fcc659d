import type { OnReadOpts, Socket } from 'node:net';
import type { Client } from 'ssh2';
import { ChaChaPolyDecipher } from './chacha20-poly1305.ts';
import { InboundMemory } from './inbound-memory.ts';
import { flowsFreely } from './lending.ts';
import { OutboundMemory } from './outbound-memory.ts';
import { type Protocol, registerMemory } from './ssh2-ciphers.ts';

/**
 * The byte path between one SSH socket and its ssh2 client: the socket reads into memory that is used again, ciphers of
 * ours decrypt it there, and what is sent is encrypted where it was put together.
 *
 * Make it first, give `onread` to the socket's maker, then `attach` socket and client. Until then, and with any cipher
 * but ours, it behaves like a socket without it.
 */
export class Wire {
  readonly #inbound = new InboundMemory();
  #socket: Socket | undefined;
  #protocol: Protocol | undefined;

  /** For `net.connect`. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#inbound.nextReadBlock().bytes,
    callback: (length, bytes) => this.#onRead(length, bytes),
  };

  /** The socket that `onread` was given for: from now on it emits what it reads. Call it in the tick that made it. */
  listen(socket: Socket): void {
    this.#socket = socket;
  }

  /** Call it right after the client was given the socket: the ciphers that it makes from then on share our memory. */
  attach(client: Client): void {
    const socket = this.#socket;
    if (socket === undefined) throw new Error('listen comes first.');
    this.#protocol = registerMemory(client, this.#inbound, new OutboundMemory(() => socket.writableLength));
  }

  /** False stops the reading until the socket is resumed. */
  #onRead(length: number, block: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket === undefined) return true;
    const bytes = block.subarray(0, length) as Buffer;
    const isDirect = this.#protocol?._decipher instanceof ChaChaPolyDecipher && flowsFreely(socket);
    if (isDirect) socket.emit('data', bytes);
    // Whoever reads now may keep what it is given.
    else if (!socket.push(Buffer.from(bytes))) return false;
    this.#inbound.noteRead(length);
    return true;
  }
}
