/** New keys in quick succession that are borne: a server may have odd settings, or a debugger. */
const MOST_IN_A_ROW = 30;

/**
 * With so many bytes in between, new keys are no waste. A real sshd with `RekeyLimit 256K` makes new ones every 32 KiB; the exchange
 * itself takes about 4 KiB.
 */
const BYTES_BETWEEN = 16 * 1024;

const MS_BETWEEN = 1_000;

/** Tells a server that must have new keys now and then from one that keeps us busy making them. */
export class RekeyWatch {
  readonly #monotonicMs: () => number;
  #last: { readonly bytes: number; readonly atMs: number } | undefined;
  #inARow = 0;

  constructor(monotonicMs = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
  }

  /** An exchange begins, when so many bytes were carried in all. False when it is one too many. */
  begins(bytes: number): boolean {
    const now = { bytes, atMs: this.#monotonicMs() };
    const last = this.#last;
    this.#last = now;
    const isSoon =
      last !== undefined && now.bytes - last.bytes < BYTES_BETWEEN && now.atMs - last.atMs < MS_BETWEEN;
    this.#inARow = isSoon ? this.#inARow + 1 : 0;
    return this.#inARow <= MOST_IN_A_ROW;
  }
}
