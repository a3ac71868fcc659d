/**
 * Makes a call at once when it is asked for, and then at most one an interval however often it is asked for.
 * The last asking is never lost: it is answered when the interval is over.
 */
export class SpacedCalls {
  readonly #call: () => void;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isAskedFor = false;

  constructor(call: () => void, intervalMs: number) {
    this.#call = call;
    this.#intervalMs = intervalMs;
  }

  /** Calls now, or when the interval since the last call is over. */
  ask(): void {
    this.#isAskedFor = true;
    if (this.#timer === undefined) this.#answer();
  }

  /** Drops a call that is still due. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAskedFor = false;
  }

  #answer(): void {
    this.#timer = undefined;
    if (!this.#isAskedFor) return;
    this.#isAskedFor = false;
    this.#timer = setTimeout(() => this.#answer(), this.#intervalMs);
    this.#timer.unref();
    this.#call();
  }
}
