/** What every message costs besides its bytes: to read one is work, and each may cost an answer. */
const COST_PER_MESSAGE = 256;

/**
 * Some 4,000 empty messages, or 1 MiB of them, at once. OpenSSH's own, a keepalive each second at most and the list of its host
 * keys after login, do not come near.
 */
const BURST = 1024 * 1024;

/** Some sixty keepalives a second, for ever. */
const REFILL_PER_SECOND = 16 * 1024;

/**
 * How much a server may say that carries nothing for us. A bucket that fills again with time, so that a session of many days is
 * not ended for what each of its days had.
 */
export class TalkBudget {
  readonly #monotonicMs: () => number;
  #left = BURST;
  #countedAt: number;

  constructor(monotonicMs = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
    this.#countedAt = monotonicMs();
  }

  /** False once it is used up. */
  spend(bytes: number): boolean {
    const now = this.#monotonicMs();
    this.#left = Math.min(BURST, this.#left + ((now - this.#countedAt) / 1000) * REFILL_PER_SECOND);
    this.#countedAt = now;
    this.#left -= bytes + COST_PER_MESSAGE;
    return this.#left >= 0;
  }
}
