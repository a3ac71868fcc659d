import { Duplex } from 'node:stream';

/** What is kept of what the other side says, in bytes; listening ends there. */
export const HEARD_LIMIT_BYTES = 4096;

/** What may wait unread, in bytes; then the other side has to wait. */
const UNREAD_LIMIT_BYTES = 16 * 1024;

/** How the other side ended it. */
export type WireEnd = 'ended' | 'reset';

/** The connection under a wire, and the way to be rid of it at once. */
export interface WireInside {
  readonly stream: Duplex;
  /** Ends it both ways without waiting for the other side, which may never answer. Resolves when our end is closed. */
  hangUp(): Promise<void>;
}

/**
 * The line to whatever is tested: remembers its first bytes and how it ended, and takes no more than so much of a
 * flood. It copies what it reads: a channel's bytes are lent (see `ssh/wire/lending.ts`).
 */
export class Wire extends Duplex {
  readonly #inside: WireInside;
  readonly #heard: Buffer[] = [];
  readonly #listeners = new Set<() => void>();
  #heardBytes = 0;
  #firstByteAt: number | null = null;
  #end: WireEnd | null = null;

  constructor(inside: WireInside) {
    super({ allowHalfOpen: true, autoDestroy: false, readableHighWaterMark: UNREAD_LIMIT_BYTES });
    this.#inside = inside;
    const { stream } = inside;
    this.on('error', () => {});
    stream.on('error', () => {}); // 'close' follows and says all that matters
    stream.on('end', () => this.#over('ended'));
    stream.on('close', () => this.#over('reset'));
    if (stream.destroyed) this.#over('reset');
    stream.on('data', (chunk: Buffer) => this.#take(Buffer.from(chunk)));
    stream.resume();
  }

  /** The first bytes, at most HEARD_LIMIT_BYTES. */
  get heard(): Buffer {
    return Buffer.concat(this.#heard);
  }

  /** Of the clock of `performance.now`. */
  get firstByteAt(): number | null {
    return this.#firstByteAt;
  }

  /** Null while the other side may still say something. */
  get ending(): WireEnd | null {
    return this.#end;
  }

  /** Calls whenever something was heard, or the end came. */
  onNews(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends it at once; resolves when it is closed. */
  hangUp(): Promise<void> {
    this.destroy();
    return this.#inside.hangUp();
  }

  override _read(): void {
    this.#inside.stream.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#end === null && !this.#inside.stream.destroyed)
      this.#inside.stream.write(chunk, encoding, done);
    else done(new Error('The other side is gone.'));
  }

  #take(chunk: Buffer): void {
    this.#firstByteAt ??= performance.now();
    const room = HEARD_LIMIT_BYTES - this.#heardBytes;
    if (room > 0) {
      this.#heard.push(chunk.subarray(0, room));
      this.#heardBytes += Math.min(room, chunk.length);
    }
    if (!this.destroyed && !this.push(chunk)) this.#inside.stream.pause();
    this.#tell();
  }

  #over(end: WireEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    if (!this.destroyed) this.push(null);
    this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
