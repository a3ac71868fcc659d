import { Duplex, type Readable, type Writable } from 'node:stream';
import type { Unsubscribe } from '../forward/channel-source.ts';
import { passOn } from '../ssh/wire/lending.ts';

/** The two directions that are joined, and what there is to know of what lies beneath. */
export interface JoinedEnds {
  readonly readable: Readable;
  readonly writable: Writable;
  /** Claims that what was written last still waits beneath. */
  isCongested(): boolean;
  /** Calls the listener once, when nothing waits beneath any more. */
  onDrain(listener: () => void): Unsubscribe;
  /** Lets go of what lies beneath. Called once. */
  close(): void;
}

/**
 * One stream out of two directions that behaves like a TCP socket: it ends for certain when it is destroyed, whatever
 * becomes of what lies beneath (callbacks of an ssh2 channel never come once its transport is dead), and it closes
 * when the other side has ended.
 */
export class JoinedStream extends Duplex {
  readonly #ends: JoinedEnds;
  /** As of `net.Socket`. */
  bytesRead = 0;

  constructor(ends: JoinedEnds) {
    super({ allowHalfOpen: true, decodeStrings: true });
    this.#ends = ends;
    ends.readable.on('data', (chunk: Buffer) => {
      this.bytesRead += chunk.length;
      if (!passOn(() => this.push(chunk))) ends.readable.pause();
    });
    ends.readable.pause();
    ends.readable.on('error', (error) => this.destroy(error));
    ends.writable.on('error', (error) => this.destroy(error));
    this.once('end', () => this.destroy());
  }

  /** The other side sends nothing more. Idempotent. */
  endReading(): void {
    if (!this.readableEnded && !this.destroyed) passOn(() => this.push(null));
  }

  override _read(): void {
    this.#ends.readable.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#ends.writable.write(chunk, () => {
      // Else whoever writes believes that the line is free, and it all lies in memory.
      if (this.#ends.isCongested()) this.#ends.onDrain(() => done());
      else done();
    });
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#ends.writable.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ends.close();
    // What is still to be read would keep a channel from closing.
    this.#ends.readable.resume();
    done(error);
  }
}
