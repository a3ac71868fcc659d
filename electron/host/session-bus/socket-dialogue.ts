import { connect, type NetConnectOpts, type Socket } from 'node:net';

/** A conversation over a socket, in turns: write a question, read so many bytes of the answer. */
export interface SocketDialogue {
  write(bytes: Buffer): void;
  /** Rejects when the other side hangs up first. */
  read(size: number): Promise<Buffer>;
  /** Up to and with the line feed. Rejects when the other side hangs up first. */
  readLine(): Promise<string>;
}

/** Longer than any line or message that is expected here. */
const MAX_UNREAD_BYTES = 256 * 1024;

/**
 * Connects, holds a conversation and hangs up, whatever comes of it. Rejects when the connection fails, when the
 * other side hangs up too early or sends far too much, and when it all takes longer than `timeoutMs`.
 */
export async function holdDialogue<Outcome>(
  address: NetConnectOpts,
  timeoutMs: number,
  talk: (dialogue: SocketDialogue) => Promise<Outcome>,
): Promise<Outcome> {
  const socket = connect(address);
  const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
  const inbox = new Inbox(socket);
  try {
    return await talk({
      write: (bytes) => socket.write(bytes),
      read: (size) => inbox.take((bytes) => (bytes.length >= size ? size : null)),
      readLine: async () => {
        const line = await inbox.take((bytes) => {
          const end = bytes.indexOf('\n');
          return end === -1 ? null : end + 1;
        });
        return line.toString('latin1');
      },
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

class Inbox {
  #unread: Buffer = Buffer.alloc(0);
  #failure: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(socket: Socket) {
    socket.on('data', (bytes) => {
      this.#unread = Buffer.concat([this.#unread, bytes]);
      if (this.#unread.length > MAX_UNREAD_BYTES) socket.destroy(new Error('too long an answer'));
      this.#wake?.();
    });
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the other side hung up')));
  }

  /** `sizeOf` says how many bytes make up what is waited for, or null as long as there are too few. */
  async take(sizeOf: (unread: Buffer) => number | null): Promise<Buffer> {
    for (;;) {
      const size = sizeOf(this.#unread);
      if (size !== null) {
        const taken = this.#unread.subarray(0, size);
        this.#unread = this.#unread.subarray(size);
        return taken;
      }
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }
}
