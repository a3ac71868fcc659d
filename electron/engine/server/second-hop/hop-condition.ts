import { HOP_BEAT_MS } from './hop-script.ts';
import type { HopLine } from './hop-words.ts';

/** After so many beats without a word of the hop, it may have ended: by then its own patience is over. */
const MAX_UNHEARD_BEATS = 5;

/** How a hop that listens is doing. */
export type HopCondition =
  | { readonly kind: 'well' }
  /** It has so many clients, and takes no more. */
  | { readonly kind: 'full'; readonly clients: number }
  /** Nothing was heard of it for longer than it goes on without hearing of us. `forMs` at the time when that was noticed. */
  | { readonly kind: 'unheard'; readonly forMs: number };

/**
 * What is known of a hop between two beats. It says a word each second in which it heard of us, so that its silence
 * means that it ended, or that the line keeps its word from us: nobody can tell which. Counted in beats and not by the
 * clock, for a time in which this process did not run is no silence.
 */
export class HopConditionWatch {
  #unheardBeats = 0;
  #fullWith: number | null = null;

  /** Something of the hop has come. */
  heard(): void {
    this.#unheardBeats = 0;
  }

  note(line: HopLine): void {
    if (line.kind === 'full') this.#fullWith = line.clients;
    if (line.kind === 'free') this.#fullWith = null;
  }

  /** To be asked once at every beat. */
  atBeat(): HopCondition {
    const unheardFor = this.#unheardBeats;
    this.#unheardBeats += 1;
    if (unheardFor >= MAX_UNHEARD_BEATS) return { kind: 'unheard', forMs: unheardFor * HOP_BEAT_MS };
    return this.#fullWith === null ? { kind: 'well' } : { kind: 'full', clients: this.#fullWith };
  }
}
