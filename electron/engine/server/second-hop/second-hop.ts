import { assertNever } from '#shared/assert-never.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Profile } from '#shared/profile.ts';
import type { HopState, SecondHop as Rule } from '#shared/second-hop.ts';
import type { HopFailure, TunnelError } from '#shared/tunnel-error.ts';
import { StepLoop } from '../../running-forward/step-loop.ts';
import type { HopCondition } from './hop-condition.ts';
import type { HopPlace } from './hop-place.ts';
import { hopScript } from './hop-script.ts';
import { RunningHop } from './running-hop.ts';

/** After so long, in milliseconds, a hop that failed again and again is tried at the slowest. */
const MAX_RETRY_MS = 60_000;

/** A hop of ours that was not told to end does so within 5 s; this is that and as much again, in milliseconds. */
const DYING_MS = 10_000;

/** How soon a port is tried again that a dying hop of ours may hold, in milliseconds. */
const DYING_RETRY_MS = 1_000;

interface SecondHopOptions {
  readonly now: () => number;
  /** Between the first two attempts, in milliseconds; each further time is twice as long as the last, up to a minute. */
  readonly retryMs: number;
  /** The server as the profile has it: a yes counts for it alone. */
  readonly server: () => Profile['server'];
  /** What of ours listens on this port of the server, for the middle of a sentence; null if nothing does. */
  readonly oursAt: (port: number) => string | null;
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
  /** How long the next try is waited for. */
  #delayMs: number;
  /** What was tried is tried again by itself: until that helps, the failure stands. */
  #isRetry = false;
  /** Ends the search for what the hop would lead to. */
  #search: AbortController | null = null;
  /** A hop that we could not end, as its session was lost. */
  #dying: { readonly port: number; readonly until: number } | null = null;
  readonly #steps = new StepLoop(() => this.#step());

  constructor(options: SecondHopOptions) {
    this.#options = options;
    this.#delayMs = options.retryMs;
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
    this.#search?.abort();
    this.#setState({ status: 'waiting' });
    clearTimeout(this.#retryTimer);
    this.#isRetry = false;
    this.#delayMs = this.#options.retryMs;
    this.#steps.ask();
  }

  /** Fills it in. Resolves when its channel is closed, or the session is lost. */
  async close(): Promise<void> {
    this.update(null, null);
    await this.#steps.rest();
  }

  /** Fills in what does not fit any more, or digs what is wanted. */
  async #step(): Promise<void> {
    const [dug, rule, place] = [this.#dug, this.#rule, this.#place];
    if (dug && (this.#hidesSources || !(sameRule(dug.rule, rule) && samePlace(dug.place, place)))) {
      this.#dug = null;
      this.#setState({ status: 'waiting' });
      dug.end();
      await dug.ended;
      this.#steps.ask();
    } else if (!dug) await this.#digWhereWanted(rule, place);
  }

  async #digWhereWanted(rule: Rule | null, place: HopPlace | null): Promise<void> {
    if (rule === null || place === null || place.source.isLost()) this.#setState({ status: 'waiting' });
    else if (rule.agreedFor !== place.agreedFor) this.#fail('notAgreed', rule.port, '');
    else if (this.#hidesSources) this.#fail('hidesSources', rule.port, '');
    else if (place.isLookedFor) await this.#digSoundly(rule, place);
    else this.#setState({ status: 'digging' });
  }

  /** What a hop leads to is open to everyone: never another program. */
  async #digSoundly(rule: Rule, place: HopPlace): Promise<void> {
    if (!this.#isRetry) this.#setState({ status: 'digging' });
    const search = new AbortController();
    this.#search = search;
    const stopWatching = place.source.onLost(() => search.abort());
    const target = await place.findTarget(search.signal);
    stopWatching();
    this.#search = null;
    // Something else is wanted meanwhile: the next step sees to it.
    if (this.#steps.isAskedFor) return;
    if (place.source.isLost()) this.#setState({ status: 'waiting' });
    else if (target.ok) this.#dig(rule, place, target.value);
    else this.#fail(target.error, rule.port, '');
  }

  #dig(rule: Rule, place: HopPlace, target: Endpoint): void {
    const script = hopScript(rule.tool, { port: rule.port, target });
    const running = new RunningHop(place.source, script, (condition) => {
      if (this.#dug === dug && openedAt !== null) this.#tellCondition(condition, rule.port, openedAt);
    });
    const dug: Dug = { rule, place, end: () => running.end(), ended: running.ended.then(() => {}) };
    this.#dug = dug;
    const { now, retryMs } = this.#options;
    let openedAt: number | null = null;
    void running.listening.then(() => {
      if (this.#dug !== dug) return;
      openedAt = now();
      this.#tellCondition({ kind: 'well' }, rule.port, openedAt);
    });
    void running.ended.then(({ reason, detail }) => {
      const isLost = place.source.isLost();
      if (isLost) this.#dying = { port: rule.port, until: now() + DYING_MS };
      if (this.#dug !== dug) return;
      this.#dug = null;
      if (openedAt !== null && now() - openedAt >= MAX_RETRY_MS) this.#delayMs = retryMs;
      if (isLost) this.#setState({ status: 'waiting' });
      else if (reason === 'portInUse' && this.#isDying(rule.port)) this.#awaitDeath();
      else this.#failAtServer(reason, rule.port, detail);
    });
  }

  #tellCondition(condition: HopCondition, port: number, since: number): void {
    const bound = { host: '*', port } as const;
    switch (condition.kind) {
      case 'well':
        this.#setState({ status: 'open', bound, since });
        return;
      case 'full':
        this.#setState({ status: 'open', bound, since, fullWith: condition.clients });
        return;
      case 'unheard':
        if (this.#state.status === 'unheard') return;
        this.#setState({ status: 'unheard', bound, lastHeardAt: this.#options.now() - condition.forMs });
        return;
      default:
        assertNever(condition);
    }
  }

  #isDying(port: number): boolean {
    return this.#dying !== null && this.#dying.port === port && this.#options.now() < this.#dying.until;
  }

  /** Our own hop of the lost session has the port for a few seconds more: nothing to be told of. */
  #awaitDeath(): void {
    this.#retryIn(Math.min(DYING_RETRY_MS, this.#options.retryMs), false);
  }

  #failAtServer(reason: HopFailure, port: number, detail: string): void {
    const ours = reason === 'portInUse' ? this.#options.oursAt(port) : null;
    if (ours === null) this.#fail(reason, port, detail);
    else this.#fail('portIsOurs', port, ours);
  }

  #fail(reason: HopFailure, port: number, detail: string): void {
    const error: TunnelError = {
      code: 'secondHopFailed',
      host: this.#options.server().host,
      port,
      reason,
      detail,
    };
    if (!heals(reason)) {
      this.#setState({ status: 'failed', error, retryAt: null });
      return;
    }
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(MAX_RETRY_MS, delayMs * 2);
    this.#setState({ status: 'failed', error, retryAt: this.#options.now() + delayMs });
    this.#retryIn(delayMs, true);
  }

  #retryIn(delayMs: number, isTold: boolean): void {
    this.#retryTimer = setTimeout(() => {
      this.#isRetry = isTold;
      this.#steps.ask();
    }, delayMs);
  }

  #setState(state: HopState): void {
    // Two failures that look the same are two.
    if (state.status !== 'failed' && isSameState(state, this.#state)) return;
    this.#state = state;
    this.#options.onChange();
  }
}

/** States are plain data, made here with their fields in one order. */
function isSameState(a: HopState, b: HopState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Claims that the same try may succeed later. */
function heals(reason: HopFailure): boolean {
  switch (reason) {
    case 'portInUse':
    case 'portIsOurs':
    case 'busy':
    case 'ended':
    case 'entranceNotOurs':
    case 'entranceUnknown':
      return true;
    case 'portNeedsPrivilege':
    case 'noCommands':
    case 'notAgreed':
    case 'hidesSources':
      return false;
    default:
      return assertNever(reason);
  }
}

function sameRule(a: Rule | null, b: Rule | null): boolean {
  return a === b || (a?.port === b?.port && a?.tool === b?.tool && a?.agreedFor === b?.agreedFor);
}

function samePlace(a: HopPlace | null, b: HopPlace | null): boolean {
  return (
    a?.source === b?.source &&
    a?.agreedFor === b?.agreedFor &&
    a?.isLookedFor === b?.isLookedFor &&
    JSON.stringify(a?.targets) === JSON.stringify(b?.targets)
  );
}
