/** The limit of whatever a session is waiting for, one at a time. */
export class PhaseLimit {
  readonly #isWayAlive: () => Promise<boolean>;
  #timer: NodeJS.Timeout | undefined;

  /** `isWayAlive`: see `SessionOptions`. */
  constructor(isWayAlive: () => Promise<boolean>) {
    this.#isWayAlive = isWayAlive;
  }

  /** Calls `onOver` when the time is over, unless the way is gone: then that is why nothing came, and ends the session. */
  start(limitMs: number, onOver: () => void): void {
    this.stop();
    const timer = setTimeout(async () => {
      // What was waited for may come while the way is asked.
      if ((await this.#isWayAlive()) && this.#timer === timer) onOver();
    }, limitMs);
    this.#timer = timer;
  }

  /** Idempotent. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
