import type { EngineLink } from './engine-link.ts';

/** The engine is asked so often, in milliseconds. */
const BEAT_MS = 1_000;
/** After so many beats without an answer nothing that it told before is believed; a busy machine is late by one or two. */
const SILENT_BEATS = 5;
/** A process that has just started is given so many beats for its first answer: loading it takes some. */
const STARTING_BEATS = 20;
/** After so many it is taken for hung: a machine that was short of memory may come back after half of that. */
const HUNG_BEATS = 60;

interface EnginePulseOptions {
  /** It does not answer. `onAnswer` follows, or `onHung`, or the end of the process. */
  onSilent(): void;
  /** It answers again. */
  onAnswer(): void;
  /** It has not answered for so long that nobody need wait any more; told once. */
  onHung(): void;
}

/**
 * Notices an engine that runs and does nothing. It counts its own beats and not the time: where this process was
 * suspended with the computer or by a debugger, the beats are missing too, and the engine is not to blame.
 */
export class EnginePulse {
  readonly #options: EnginePulseOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EnginePulseOptions) {
    this.#options = options;
  }

  /** Watches this engine from now on, and no other. */
  begin(link: EngineLink): void {
    this.end();
    const { onSilent, onAnswer, onHung } = this.#options;
    let missed = 0;
    let patience = STARTING_BEATS;
    let isAsked = false;
    const ask = () => {
      isAsked = true;
      void link.call('engine.pulse', null).then((answer) => {
        // The process has ended, which is told elsewhere, or is not watched any more.
        if (!answer.ok || this.#timer !== timer) return;
        const wasSilent = missed >= patience;
        isAsked = false;
        missed = 0;
        patience = SILENT_BEATS;
        if (wasSilent) onAnswer();
      });
    };
    const timer = setInterval(() => {
      if (!isAsked) {
        ask();
        return;
      }
      missed += 1;
      if (missed === patience) onSilent();
      if (missed === HUNG_BEATS) onHung();
    }, BEAT_MS);
    timer.unref();
    this.#timer = timer;
    // At once: an engine that has answered is given no more of the patience that one has for its start.
    ask();
  }

  /** The engine has ended, or is about to. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
