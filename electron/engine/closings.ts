/** What is being closed and not closed yet. */
export class Closings {
  readonly #pending = new Set<Promise<unknown>>();

  /** Waits for this one too, from now on. */
  add(closing: Promise<unknown>): void {
    this.#pending.add(closing);
    void closing.finally(() => this.#pending.delete(closing));
  }

  /** Resolves when all is closed, also what is added meanwhile. */
  async done(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }
}
