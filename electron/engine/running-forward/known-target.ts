import type { ProbeOutcome } from '#shared/probe.ts';
import type { Forward } from '#shared/profile.ts';
import type { TargetState } from '#shared/tunnel-state.ts';
import type { TargetOutcome } from '../forward/target-outcome.ts';
import { targetAfterProbe } from '../probe/target-after-probe.ts';
import { sameTarget } from './same-rule.ts';

interface KnownTargetOptions {
  /** Something else is known than before. */
  onNews(): void;
  /** The same was learnt once more; only its time has changed. */
  onRepeated(): void;
}

/** What is known of one forward's target, from its connections and from probes. */
export class KnownTarget {
  readonly #options: KnownTargetOptions;
  #forward: Forward;
  #state: TargetState;

  constructor(forward: Forward, options: KnownTargetOptions) {
    this.#options = options;
    this.#forward = forward;
    this.#state = nothingKnown(forward);
  }

  get state(): TargetState {
    return this.#state;
  }

  /** Of another target nothing is known. */
  use(forward: Forward): void {
    if (!sameTarget(forward, this.#forward)) this.#state = nothingKnown(forward);
    this.#forward = forward;
  }

  /** What failed through another session may be mended; a light that was red for it would lie. */
  newSession(): void {
    if (this.#state.status === 'failed') this.#state = nothingKnown(this.#forward);
  }

  learn(outcome: TargetOutcome): void {
    // A SOCKS client chooses its own targets: none of them is "the" target.
    if (this.#forward.kind === 'dynamic') return;
    const isNews = outcome.status !== this.#state.status;
    this.#state =
      outcome.status === 'answered'
        ? { status: 'answered', at: outcome.at }
        : { status: 'failed', at: outcome.at, error: outcome.error };
    if (isNews) this.#options.onNews();
    else this.#options.onRepeated();
  }

  /** `forward` as it was when the probe began, `startedAt` in milliseconds since the epoch. */
  learnFromProbe(forward: Forward, outcome: ProbeOutcome, startedAt: number): void {
    const state = targetAfterProbe(forward, outcome);
    if (state === null || !sameTarget(forward, this.#forward)) return;
    // The target took the probe when it began; while the probe listened, somebody else was refused.
    const hasFailedSince = this.#state.status === 'failed' && this.#state.at >= startedAt;
    if (state.status === 'answered' && hasFailedSince) return;
    this.#state = state;
    this.#options.onNews();
  }
}

function nothingKnown(forward: Forward): TargetState {
  return { status: forward.kind === 'dynamic' ? 'notApplicable' : 'unknown' };
}
