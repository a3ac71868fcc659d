import { assertNever } from '#shared/assert-never.ts';
import type { CrashVerdict } from './engine-keeper.ts';
import type { EngineLink } from './engine-link.ts';
import { EnginePulse } from './engine-pulse.ts';
import type { NoticeBoard } from './notice-board.ts';
import type { TunnelMirror } from './tunnel-mirror.ts';

export interface EngineHealthOptions {
  readonly notices: NoticeBoard;
  readonly mirror: TunnelMirror;
  /** Ends the process groups of these leaders, at once, whoever of them is left. */
  endPrograms(leaders: readonly number[]): void;
  /** Ends an engine process that hangs, at once. */
  endHungEngine(): void;
  log(level: 'info' | 'warning' | 'error', message: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Tells people how the engine process is: that it is silent, answers again, was ended, or is gone. */
export class EngineHealth {
  readonly #options: EngineHealthOptions;
  readonly #pulse: EnginePulse;
  #wasHung = false;
  /** What a lost engine leaves behind. */
  #programs: readonly number[] = [];

  constructor(options: EngineHealthOptions) {
    const { notices, mirror, endHungEngine, log, now } = options;
    this.#options = options;
    this.#pulse = new EnginePulse({
      onSilent() {
        log('warning', 'The engine does not answer.');
        mirror.setSilence(now());
        notices.add('warning', SILENT_WORDS, ENGINE_TOPIC);
      },
      onAnswer() {
        log('info', 'The engine answers again.');
        mirror.setSilence(null);
        notices.dismiss(ENGINE_TOPIC);
      },
      onHung: () => {
        log('error', 'The engine hangs and is ended.');
        this.#wasHung = true;
        endHungEngine();
      },
    });
  }

  /** An engine process is there. */
  begin(link: EngineLink): void {
    this.#pulse.begin(link);
  }

  /** The leaders of the process groups that the engine has started by now. */
  setPrograms(leaders: readonly number[]): void {
    this.#programs = leaders;
  }

  /** The process is gone: what it started goes, too. Gives how it ended, for `tellLost`. */
  processEnded(): EngineEnd {
    this.#pulse.end();
    const end = this.#wasHung ? 'ended' : 'crashed';
    this.#wasHung = false;
    this.#options.endPrograms(this.#programs);
    this.#programs = [];
    return end;
  }

  /** Says so, once the tunnels are known to be down. */
  tellLost(verdict: CrashVerdict, end: EngineEnd): void {
    const { notices, mirror, log } = this.#options;
    mirror.setSilence(null);
    log('error', 'The engine process ended.');
    notices.add('warning', lostWords(verdict, end), ENGINE_TOPIC);
  }

  /** The app closes: the engine may end. */
  close(): void {
    this.#pulse.end();
  }
}

/** Whether we ended it, as it hung, or it went by itself. */
export type EngineEnd = 'ended' | 'crashed';

/** What concerns the engine replaces what was said of it before. */
const ENGINE_TOPIC = 'engine';

const SILENT_WORDS =
  'The tunnel engine does not answer, so how the tunnels stand is unknown. ' +
  'If it goes on like this, the engine is ended and started again in a minute.';

function lostWords(verdict: CrashVerdict, end: EngineEnd): string {
  switch (verdict.kind) {
    case 'restarts': {
      const how = end === 'ended' ? 'did not answer for a minute, was ended' : 'stopped';
      return `The tunnel engine ${how} and is started again. Tunnels that were on come back by themselves.`;
    }
    case 'givenUp':
      return (
        `The tunnel engine stopped ${verdict.crashes} times within a minute and is not started again by itself. ` +
        'Start a tunnel to try once more.'
      );
    default:
      return assertNever(verdict);
  }
}
