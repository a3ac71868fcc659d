import type { Forward } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { RefusedSources } from '#shared/tunnel-state.ts';
import { type EntranceGuard, SourceGuard } from '../forward/source-guard.ts';
import { ExposureTimer } from './exposure-timer.ts';

interface ExposureGuardOptions {
  /** Milliseconds since the epoch. */
  now(): number;
  /** The time for which the forward was open is over. */
  onOver(): void;
  /** A client was turned away because of where it comes from. */
  onTurnedAway(): void;
}

/** Keeps one forward's entrance to the exposure that was agreed to. */
export class ExposureGuard implements EntranceGuard {
  readonly #options: ExposureGuardOptions;
  readonly #timer: ExposureTimer;
  readonly #sources: SourceGuard;

  constructor(options: ExposureGuardOptions) {
    this.#options = options;
    this.#timer = new ExposureTimer(options);
    this.#sources = new SourceGuard(options);
  }

  /** Those whom it turned away since Start. */
  get refusedSources(): RefusedSources | undefined {
    return this.#sources.refused;
  }

  /** Why the forward must not be open now; null if it may. Its end is watched from now on. */
  judge(forward: Forward): TunnelError | null {
    const exposure = this.#timer.judge(forward);
    const endpoint = { host: forward.bind.address, port: forward.bind.port };
    switch (exposure.status) {
      case 'loopback':
      case 'agreed':
        return null;
      case 'expired':
        return { code: 'exposureExpired', endpoint, at: exposure.at };
      case 'notConfirmed':
        return { code: 'exposureNotConfirmed', endpoint };
    }
  }

  /** Takes on who may enter by a rule. Claims that others may enter by it than by the last one. */
  takeSources(forward: Forward): boolean {
    return this.#sources.use(forward);
  }

  /** Also shuts out who comes between the end of the time and the timer that closes the entrance. */
  admits(address: string | undefined): boolean {
    return !this.#timer.isOver() && this.#sources.admits(address);
  }

  /** Claims that the allowed sources let in a client from this address. */
  allows(address: string): boolean {
    return this.#sources.admits(address);
  }

  turnedAway(address: string | undefined): void {
    if (this.#timer.isOver()) this.#options.onOver();
    else this.#sources.turnedAway(address);
  }

  /** The computer woke up, perhaps after the end. */
  look(): void {
    this.#timer.look();
  }

  /** Watches nothing more. */
  cancel(): void {
    this.#timer.cancel();
  }
}
