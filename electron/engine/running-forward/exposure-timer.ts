import { type Exposable, type Exposure, exposureOf } from '#shared/exposure-lease.ts';

/**
 * How often to look at the clock while a time runs, in milliseconds. A timer stands still while the computer sleeps
 * and knows nothing of a clock that is set; nor can it wait for longer than 24.8 days.
 */
const LOOK_INTERVAL_MS = 30_000;

interface ExposureTimerOptions {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The time for which the forward was open is over. */
  onOver(): void;
}

/**
 * Watches the time for which one forward may be open to others. It is over when the clock says so, or when that much
 * time has really passed, whichever comes first; and once it is over it stays so, whatever the clock says next.
 */
export class ExposureTimer {
  readonly #options: ExposureTimerOptions;
  /** The end that is watched, in milliseconds since the epoch. */
  #endsAt: number | null = null;
  /** The same by the clock that nobody can set. */
  #deadline = 0;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ExposureTimerOptions) {
    this.#options = options;
  }

  /** Judges the forward now, and watches its end from now on. */
  judge(forward: Exposable): Exposure {
    const exposure = exposureOf(forward, this.#options.now());
    const endsAt = endOf(exposure);
    if (endsAt !== this.#endsAt) this.#watch(endsAt);
    return endsAt !== null && this.isOver() ? { status: 'expired', at: endsAt } : exposure;
  }

  /** Claims that a time that was watched is over; asked for each client, because a timer can be late. */
  isOver(): boolean {
    if (this.#endsAt === null) return false;
    this.#isOver ||= this.#options.now() >= this.#endsAt || performance.now() >= this.#deadline;
    return this.#isOver;
  }

  /** The computer woke up, or may have: looks at once. */
  look(): void {
    clearTimeout(this.#timer);
    if (this.#endsAt === null) return;
    if (this.isOver()) {
      this.#options.onOver();
      return;
    }
    const left = Math.min(this.#endsAt - this.#options.now(), this.#deadline - performance.now());
    this.#timer = setTimeout(() => this.look(), Math.min(Math.ceil(left), LOOK_INTERVAL_MS));
  }

  /** Watches nothing more. */
  cancel(): void {
    this.#watch(null);
  }

  #watch(endsAt: number | null): void {
    clearTimeout(this.#timer);
    this.#endsAt = endsAt;
    this.#isOver = false;
    if (endsAt === null) return;
    this.#deadline = performance.now() + endsAt - this.#options.now();
    if (!this.isOver()) this.look();
  }
}

function endOf(exposure: Exposure): number | null {
  if (exposure.status === 'expired') return exposure.at;
  return exposure.status === 'agreed' && exposure.ends.when === 'at' ? exposure.ends.at : null;
}
