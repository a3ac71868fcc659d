import type { Forward } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { LocalListener, type LocalListenerOptions } from '../forward/local.ts';
import { localSight } from './entrance-sights.ts';
import type { ForwardProgress } from './forward-progress.ts';
import { sameRule } from './same-rule.ts';

/** What opening a listener on this computer needs. */
export interface LocalOpeningOptions {
  /** How long to wait before trying a local port again that was in use, in milliseconds. */
  readonly localRetryMs: number;
  /** Finds out why a local port could not be bound. */
  readonly diagnoseBind: (error: TunnelError) => Promise<TunnelError>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A local port that was refused: for good, or in use and tried again now and then. */
interface LocalRefusal {
  readonly kind: 'final' | 'inUse';
  readonly rule: Forward;
}

/** Opens one forward's listener on this computer, knowing how earlier tries of it ended. */
export class LocalOpening {
  readonly #options: LocalOpeningOptions;
  readonly #progress: ForwardProgress;
  #refusal: LocalRefusal | null = null;

  constructor(options: LocalOpeningOptions, progress: ForwardProgress) {
    this.#options = options;
    this.#progress = progress;
  }

  /** The port is in use: it is worth a try as soon as any port becomes free. */
  get waitsForPort(): boolean {
    return this.#refusal?.kind === 'inUse';
  }

  /** Null when the port is refused; then the progress says why. */
  async open(options: LocalListenerOptions & { readonly forward: Forward }): Promise<LocalListener | null> {
    const { forward } = options;
    const before = this.#refusal && sameRule(this.#refusal.rule, forward) ? this.#refusal.kind : null;
    if (before === 'final') return null;
    // While it is tried again, its state stays: nobody wants to see it flicker, or hear it read out each time.
    if (before === null) this.#progress.set({ status: 'opening' });
    this.#refusal = null;
    const opened = await LocalListener.open(options);
    if (!opened.ok) {
      await this.#takeRefusal(forward, opened.error);
      return null;
    }
    const bound = [...opened.value.bound];
    const sight = localSight(forward.bind.address, bound, this.#options.now());
    this.#progress.set({ status: 'listening', bound, ...sight });
    return opened.value;
  }

  /** What was refused for good may be tried once more. */
  allowAgain(): void {
    if (this.#refusal?.kind === 'final') this.#refusal = null;
  }

  /** Whatever the port said before is forgotten. */
  forget(): void {
    this.#refusal = null;
  }

  async #takeRefusal(rule: Forward, refusal: TunnelError): Promise<void> {
    // Set before the diagnosis, which takes its time: a port that is released meanwhile must not be missed.
    if (refusal.code === 'portInUse') this.#refusal = { kind: 'inUse', rule };
    const error = await this.#options.diagnoseBind(refusal);
    if (error.code === 'portInUse') {
      this.#refusal = { kind: 'inUse', rule };
      this.#progress.retryLater(error, this.#options.localRetryMs);
      return;
    }
    this.#refusal = { kind: 'final', rule };
    this.#progress.set({ status: 'refused', error });
  }
}
