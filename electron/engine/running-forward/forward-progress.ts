import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardState } from '#shared/tunnel-state.ts';

interface ForwardProgressOptions {
  readonly initial: ForwardState;
  /** Milliseconds since the epoch. */
  now(): number;
  onChange(): void;
  /** It is time to try again. */
  onDue(): void;
}

/** The state of one forward, which runs into its next try by itself. */
export class ForwardProgress {
  readonly #options: ForwardProgressOptions;
  #state: ForwardState;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: ForwardProgressOptions) {
    this.#options = options;
    this.#state = options.initial;
  }

  get state(): ForwardState {
    return this.#state;
  }

  set(state: ForwardState): void {
    this.#state = state;
    this.#options.onChange();
  }

  /** It failed, and is tried again after so many milliseconds. */
  retryLater(error: TunnelError, delayMs: number): void {
    this.cancelRetry();
    this.set({ status: 'retrying', retryAt: this.#options.now() + delayMs, error });
    this.#retryTimer = setTimeout(() => this.#options.onDue(), delayMs);
  }

  /** It is tried now, or not at all. */
  cancelRetry(): void {
    clearTimeout(this.#retryTimer);
  }
}
