/** Takes one step after another for as long as it is asked to, and never two at a time. */
export class StepLoop {
  readonly #step: () => Promise<void>;
  #isAskedFor = false;
  #working: Promise<void> | undefined;

  constructor(step: () => Promise<void>) {
    this.#step = step;
  }

  /** Another step was asked for since the present one began. */
  get isAskedFor(): boolean {
    return this.#isAskedFor;
  }

  /** Takes a step: now, or when the present one is done. */
  ask(): void {
    this.#isAskedFor = true;
    this.#working ??= this.#work();
  }

  /** Resolves when the steps that were asked for are done. */
  async rest(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    try {
      while (this.#isAskedFor) {
        this.#isAskedFor = false;
        await this.#step();
      }
    } finally {
      // In the same turn as the last look at what is asked for: a `finally` of the promise comes later, and who asks
      // in between would wait for ever.
      this.#working = undefined;
    }
  }
}
