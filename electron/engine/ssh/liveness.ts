import type { CarrierStream } from '../route/carrier.ts';
import { awaitSignOfLife } from './sign-of-life.ts';
import { type KeepalivePolicy, SilenceWatch } from './silence-watch.ts';

interface LivenessOptions {
  readonly stream: CarrierStream;
  readonly keepalive: KeepalivePolicy;
  /** How long the other side may take to answer when it is asked out of turn, in milliseconds. */
  readonly signOfLifeMs: number;
  /** Sends something that the other side has to answer. */
  ask(): void;
  /** Finds out whether what lies beneath the stream is still there; see `SessionOptions.isWayAlive`. */
  isWayAlive(): Promise<boolean>;
  /** The other side itself is gone. Called once. */
  onDead(silentForMs: number): void;
}

/**
 * Tells whether the other side of an open session is still there. It is called dead only once the way to it has shown that it
 * lives: whoever stands on a dead way is silent too.
 */
export class Liveness {
  readonly #options: LivenessOptions;
  #silence: SilenceWatch;
  #proof: Promise<boolean> | null = null;
  #isOver = false;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.#silence = this.#watch();
  }

  /** After the computer woke up: finds out sooner than usual, but leaves the network time to come back. */
  hurry(): void {
    if (this.#isOver) return;
    this.#options.ask();
    this.#silence.hurry();
  }

  /** Finds out at once. False once it is over, or where that is the end. Whoever asks meanwhile gets the same answer. */
  prove(): Promise<boolean> {
    this.#proof ??= this.#prove().finally(() => {
      this.#proof = null;
    });
    return this.#proof;
  }

  /** Idempotent. */
  stop(): void {
    this.#isOver = true;
    this.#silence.stop();
  }

  async #prove(): Promise<boolean> {
    if (this.#isOver) return false;
    const { stream, signOfLifeMs, ask } = this.#options;
    const isAlive = await awaitSignOfLife(stream, ask, signOfLifeMs);
    // A stream that ended meanwhile knows better why.
    if (!isAlive && !stream.destroyed) this.#die(this.#silence.silentForMs);
    return isAlive;
  }

  #watch(): SilenceWatch {
    const { stream, keepalive } = this.#options;
    return new SilenceWatch(stream, keepalive, (silentForMs) => void this.#fellSilent(silentForMs));
  }

  async #fellSilent(silentForMs: number): Promise<void> {
    const { stream, isWayAlive } = this.#options;
    const heardBefore = stream.bytesRead;
    // Else the stream is about to end, with the way's own cause.
    if (!(await isWayAlive()) || this.#isOver) return;
    // It was late, with all that came over the way.
    if (stream.bytesRead !== heardBefore) this.#silence = this.#watch();
    else this.#die(silentForMs);
  }

  #die(silentForMs: number): void {
    if (this.#isOver) return;
    this.stop();
    this.#options.onDead(silentForMs);
  }
}
