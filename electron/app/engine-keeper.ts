import type { Calls } from '#shared/contract/command.ts';
import type { engineCommands } from '#shared/contract/engine.ts';
import { fail } from '#shared/result.ts';
import type { EngineLink } from './engine-link.ts';

/** More crashes than this within the window, and the engine is not started again by itself. */
export const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;
/** The first restart is at once; each further one within the window waits twice as long, from here. */
const FIRST_DELAY_MS = 500;

/** What follows a crash. */
export type CrashVerdict =
  | { readonly kind: 'restarts'; readonly inMs: number }
  | { readonly kind: 'givenUp'; readonly crashes: number };

type Status =
  | { readonly kind: 'down' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly link: EngineLink }
  | { readonly kind: 'givenUp' }
  | { readonly kind: 'closed' };

/**
 * Keeps an engine running: asks for one, asks for another when it is lost, gives up when that happens too
 * often, and tries anew when a person asks.
 */
export class EngineKeeper {
  readonly #startEngine: () => void;
  readonly #now: () => number;
  #status: Status = { kind: 'down' };
  #crashes: readonly number[] = [];
  #restart: NodeJS.Timeout | undefined;

  /** `startEngine` begins to start a process, which ends in `ready` or `lost`. */
  constructor(startEngine: () => void, now: () => number) {
    this.#startEngine = startEngine;
    this.#now = now;
  }

  /** Asks the engine; `unavailable` while there is none. */
  readonly call: Calls<typeof engineCommands> = (name, input) => {
    if (this.#status.kind === 'ready') return this.#status.link.call(name, input);
    return Promise.resolve(
      fail({ code: 'unavailable', message: 'The tunnel engine is not running. Try again in a moment.' }),
    );
  };

  get isReady(): boolean {
    return this.#status.kind === 'ready';
  }

  /** It was lost too often and is not started again by itself. */
  get isGivenUp(): boolean {
    return this.#status.kind === 'givenUp';
  }

  /** Starts an engine unless one runs or is on its way, also after it was given up. */
  start(): void {
    if (this.#status.kind === 'givenUp') this.#crashes = [];
    else if (this.#status.kind !== 'down' || this.#restart) return;
    this.#startNow();
  }

  ready(link: EngineLink): void {
    if (this.#status.kind !== 'closed') this.#status = { kind: 'ready', link };
  }

  /** Takes note that the process is gone; null when that was wanted. */
  lost(): CrashVerdict | null {
    if (this.#status.kind === 'closed') return null;
    const now = this.#now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (this.#crashes.length > MAX_CRASHES) {
      this.#status = { kind: 'givenUp' };
      return { kind: 'givenUp', crashes: this.#crashes.length };
    }
    this.#status = { kind: 'down' };
    const inMs = this.#crashes.length === 1 ? 0 : FIRST_DELAY_MS * 2 ** (this.#crashes.length - 2);
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => this.#startNow(), inMs);
    return { kind: 'restarts', inMs };
  }

  /** Lets the engine close its tunnels, and lets it go. Resolves when its sockets are closed. */
  async close(): Promise<void> {
    clearTimeout(this.#restart);
    const closing = this.call('engine.shutDown', null);
    this.#status = { kind: 'closed' };
    await closing;
  }

  #startNow(): void {
    this.#restart = undefined;
    this.#status = { kind: 'starting' };
    this.#startEngine();
  }
}
