import type { Profile } from '#shared/profile.ts';
import type { HopState, SecondHop as Rule } from '#shared/second-hop.ts';
import type { HopFailure, TunnelError } from '#shared/tunnel-error.ts';
import type { HopPlace } from './hop-place.ts';
import { hopScript } from './hop-script.ts';
import { RunningHop } from './running-hop.ts';

interface SecondHopOptions {
  readonly now: () => number;
  /** Between two attempts, in milliseconds. */
  readonly retryMs: number;
  /** The server as the profile has it: a yes counts for it alone. */
  readonly server: () => Profile['server'];
  onChange(): void;
}

/** A hop that was sent to the server, in whatever state. */
interface Dug {
  readonly rule: Rule;
  readonly place: HopPlace;
  /** Fills it in: ends its input, which it watches. */
  end(): void;
  readonly ended: Promise<void>;
}

/**
 * The second hop of one remote forward at run time: dug as soon as the forward listens on a session, dug again with
 * each new one, and filled in with the session, the forward or the user's agreement. It lives by a line a second
 * from us (see `hop-script.ts`).
 */
export class SecondHop {
  readonly #options: SecondHopOptions;
  #rule: Rule | null = null;
  #place: HopPlace | null = null;
  #hidesSources = false;
  #state: HopState = { status: 'waiting' };
  #dug: Dug | null = null;
  #retryTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: SecondHopOptions) {
    this.#options = options;
  }

  /** Undefined while none is wanted. */
  get state(): HopState | undefined {
    return this.#rule === null ? undefined : this.#state;
  }

  /**
   * What is agreed to, and where it can be dug now. `hidesSources`: only some may enter, which cannot be told behind a
   * hop: everyone comes from the server's own loopback there.
   */
  update(rule: Rule | null, place: HopPlace | null, hidesSources = false): void {
    const isSame =
      sameRule(rule, this.#rule) && samePlace(place, this.#place) && hidesSources === this.#hidesSources;
    this.#rule = rule;
    this.#place = place;
    this.#hidesSources = hidesSources;
    if (isSame) return;
    // What was dug for another rule or place says nothing of this one, even while it is still being filled in.
    this.#state = { status: 'waiting' };
    clearTimeout(this.#retryTimer);
    this.#bringInLine();
  }

  /** Fills it in. Resolves when its channel is closed, or the session is lost. */
  async close(): Promise<void> {
    this.update(null, null);
    await this.#working;
  }

  #bringInLine(): void {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Fills in what does not fit any more, then digs what is wanted; meanwhile that may have changed again. */
  async #work(): Promise<void> {
    for (;;) {
      const [dug, rule, place] = [this.#dug, this.#rule, this.#place];
      if (dug && (this.#hidesSources || !(sameRule(dug.rule, rule) && samePlace(dug.place, place)))) {
        this.#dug = null;
        dug.end();
        await dug.ended;
        continue;
      }
      if (dug) return;
      if (rule === null || place === null || place.source.isLost()) {
        this.#setState({ status: 'waiting' });
        return;
      }
      if (rule.agreedFor !== place.agreedFor) {
        this.#fail('notAgreed', rule.port, '');
        return;
      }
      if (this.#hidesSources) {
        this.#fail('hidesSources', rule.port, '');
        return;
      }
      this.#dig(rule, place);
      return;
    }
  }

  #dig(rule: Rule, place: HopPlace): void {
    this.#setState({ status: 'digging' });
    const running = new RunningHop(
      place.source,
      hopScript(rule.tool, { port: rule.port, target: place.target }),
    );
    const dug: Dug = { rule, place, end: () => running.end(), ended: running.ended.then(() => {}) };
    this.#dug = dug;
    void running.listening.then(() => {
      if (this.#dug !== dug) return;
      this.#setState({
        status: 'open',
        bound: { host: '*', port: rule.port },
        since: this.#options.now(),
      });
    });
    void running.ended.then(({ reason, detail }) => {
      if (this.#dug !== dug) return;
      this.#dug = null;
      if (place.source.isLost()) this.#setState({ status: 'waiting' });
      else this.#fail(reason, rule.port, detail);
    });
  }

  #fail(reason: HopFailure, port: number, detail: string): void {
    const error: TunnelError = {
      code: 'secondHopFailed',
      host: this.#options.server().host,
      port,
      reason,
      detail,
    };
    const { now, retryMs } = this.#options;
    const heals = reason === 'portInUse' || reason === 'ended';
    this.#setState({ status: 'failed', error, retryAt: heals ? now() + retryMs : null });
    if (heals) this.#retryTimer = setTimeout(() => this.#bringInLine(), retryMs);
  }

  #setState(state: HopState): void {
    if (state.status === 'waiting' && this.#state.status === 'waiting') return;
    this.#state = state;
    this.#options.onChange();
  }
}

function sameRule(a: Rule | null, b: Rule | null): boolean {
  return a === b || (a?.port === b?.port && a?.tool === b?.tool && a?.agreedFor === b?.agreedFor);
}

function samePlace(a: HopPlace | null, b: HopPlace | null): boolean {
  return (
    a?.source === b?.source &&
    a?.agreedFor === b?.agreedFor &&
    a?.target.host === b?.target.host &&
    a?.target.port === b?.target.port
  );
}
