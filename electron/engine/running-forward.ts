import type { CommandError } from '#shared/contract/command.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import type { Exposure } from '#shared/exposure-lease.ts';
import type { ProbeOutcome, ProbeRequest } from '#shared/probe.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { Result } from '#shared/result.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardSnapshot, ForwardState, TargetState } from '#shared/tunnel-state.ts';
import { isSameSight, localSight, remoteSight, type SightPart } from './entrance-sights.ts';
import { ExposureTimer } from './exposure-timer.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import type { OpenConnections } from './forward/connections.ts';
import { LocalListener } from './forward/local.ts';
import { RemoteForward, type RemoteRefusal } from './forward/remote.ts';
import { type EntranceGuard, SourceGuard } from './forward/source-guard.ts';
import type { OnTargetOutcome, TargetOutcome } from './forward/target-outcome.ts';
import { Prober } from './probe/prober.ts';
import { targetAfterProbe } from './probe/target-after-probe.ts';
import { type HopPlace, SecondHop } from './server/second-hop/second-hop.ts';
import { SpacedCalls } from './spaced-calls.ts';
import { TrafficCounter } from './traffic-counter.ts';

/**
 * How often the target is reported at most while its outcome stays the same, in milliseconds. A report for each
 * connection cost main and the window together more than the connection itself.
 */
const TARGET_REPORT_INTERVAL_MS = 250;

interface RunningForwardOptions {
  /** How long to wait before asking again for a remote port that was ours and is busy, in milliseconds. */
  readonly remoteRetryMs: number;
  /** Finds out who keeps the server from listening, for the error. */
  readonly explainRefusal: (error: RemoteRefusal) => Promise<RemoteRefusal>;
  /** How long to wait before trying a local port again that was in use, in milliseconds. */
  readonly localRetryMs: number;
  /** Finds out why a local port could not be bound. */
  readonly diagnoseBind: (error: TunnelError) => Promise<TunnelError>;
  readonly now: () => number;
  /** The server as the profile has it. */
  readonly server: () => Profile['server'];
  onChange(): void;
  /** The server listens for us now; where, only a look at it tells. */
  onRemoteListening(): void;
  /** A local port of ours is free again. */
  onPortReleased(): void;
}

/** What is really open for a forward. */
type Entrance =
  | { readonly kind: 'local'; readonly forward: Forward; readonly listener: LocalListener }
  | { readonly kind: 'remote'; readonly forward: Forward; readonly remote: RemoteForward };

/**
 * One forward of a running tunnel. It is told what is wanted (the rule, the session) and brings what is
 * open in line with that, one step after another, so that no two steps ever race for the same port.
 * A refusal concerns this forward alone.
 */
export class RunningForward {
  readonly id: string;
  /** Outlives sessions and edits. */
  readonly counter = new TrafficCounter();
  readonly #options: RunningForwardOptions;
  readonly #targetReports: SpacedCalls;
  readonly #secondHop: SecondHop;
  readonly #exposure: ExposureTimer;
  readonly #sources: SourceGuard;
  readonly #prober = new Prober();
  #forward: Forward;
  #source: ChannelSource | null = null;
  #isClosed = false;
  #state: ForwardState;
  #target: TargetState;
  #entrance: Entrance | null = null;
  /** The session that the entrance was last attached to. */
  #attachedTo: ChannelSource | null = null;
  /** The rule whose local port was refused: final until it changes, is tried again, or there is a new session. */
  #refusedRule: Forward | null = null;
  /** The rule whose local port is in use and is tried again now and then. */
  #blockedRule: Forward | null = null;
  /** The server listened for this rule before, in this run. */
  #hasListened = false;
  #retryTimer: NodeJS.Timeout | undefined;
  #gate: Promise<unknown>;
  #onReleased: (() => void)[] = [];
  #isDirty = false;
  #working: Promise<void> | undefined;

  /** Nothing is opened before `gate`: the port may still be a sibling's. */
  constructor(forward: Forward, options: RunningForwardOptions, gate: Promise<unknown>) {
    this.id = forward.id;
    this.#forward = forward;
    this.#gate = gate;
    this.#options = options;
    this.#secondHop = new SecondHop({
      now: options.now,
      retryMs: options.remoteRetryMs,
      server: options.server,
      onChange: () => options.onChange(),
    });
    this.#targetReports = new SpacedCalls(() => options.onChange(), TARGET_REPORT_INTERVAL_MS);
    this.#exposure = new ExposureTimer({ now: options.now, onOver: () => this.#bringInLine() });
    this.#sources = new SourceGuard({ now: options.now, onTurnedAway: () => this.#targetReports.ask() });
    this.#state = { status: forward.enabled ? 'opening' : 'off' };
    this.#target = noTargetKnown(forward);
    this.#bringInLine();
  }

  get snapshot(): ForwardSnapshot {
    const secondHop = this.#secondHop.state;
    const { refused } = this.#sources;
    return {
      id: this.id,
      state: this.#state,
      target: this.#target,
      ...(secondHop === undefined ? {} : { secondHop }),
      ...(refused && { refusedSources: refused }),
    };
  }

  /** Everyone who is connected through it now; null while nothing is open. */
  get connections(): OpenConnections | null {
    const entrance = this.#entrance;
    return entrance?.kind === 'local'
      ? entrance.listener.connections
      : (entrance?.remote.connections ?? null);
  }

  /** The rule as it is now. */
  get forward(): Forward {
    return this.#forward;
  }

  /**
   * The rule was edited, or switched on or off. Resolves when what does not fit it any more is closed;
   * nothing new is opened before `gate`, so that two forwards can swap their ports.
   */
  update(forward: Forward, gate: Promise<unknown>): Promise<void> {
    if (!sameTarget(forward, this.#forward)) this.#target = noTargetKnown(forward);
    this.#forward = forward;
    this.#arrangeSecondHop();
    this.#gate = gate;
    // An entrance that does not serve the new rule keeps its sources until it is closed.
    if (this.#entrance && sameRule(this.#entrance.forward, forward)) this.#applySources(forward);
    const released = new Promise<void>((resolve) => this.#onReleased.push(resolve));
    this.#bringInLine();
    return released;
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    const isNew = source !== null && source !== this.#source;
    if (source !== this.#source) void this.#prober.abort();
    this.#source = source;
    if (isNew) {
      this.#refusedRule = null;
      // What failed through another session may be mended; a light that was red for it would lie.
      if (this.#target.status === 'failed') this.#target = noTargetKnown(this.#forward);
    }
    this.#bringInLine();
  }

  /** A person wants what was refused to be tried once more, and what waits for its turn to be tried now. */
  tryAgain(): void {
    if (this.#state.status !== 'refused' && this.#state.status !== 'retrying') return;
    this.#refusedRule = null;
    this.#attachedTo = null;
    this.#bringInLine();
  }

  /** Where a second hop can be dug now: the session, and where the server listens for us on it; null if it does not. */
  hopPlace(): HopPlace | null {
    if (this.#forward.kind !== 'remote') return null;
    const state = this.#state;
    const bound = state.status === 'listening' ? state.bound[0] : undefined;
    if (state.status !== 'listening' || this.#attachedTo === null || bound === undefined) return null;
    const endpoints = state.seen?.endpoints ?? [];
    const isOnlyOnIpv6 = endpoints.length > 0 && endpoints.every(({ host }) => host === '::1');
    return {
      source: this.#attachedTo,
      target: { host: isOnlyOnIpv6 ? '::1' : '127.0.0.1', port: bound.port },
    };
  }

  /** A look at the server, with our forwards marked in it, may say where the entrance there really is. */
  learnFromLook(look: ServerLook): void {
    const state = this.#state;
    if (this.#entrance?.kind !== 'remote' || state.status !== 'listening') return;
    const sight = remoteSight(look, this.id, this.#entrance.forward.bind.address);
    // A look that failed takes nothing back; but what was never seen is not to be believed for ever.
    if (sight !== null) this.#setSight(sight);
    else if (state.seen === undefined) this.#setSight({ seen: null, unseen: 'notFound' });
  }

  /** This computer's networks may have changed, and with them who can reach an entrance here. */
  lookAround(): void {
    const state = this.#state;
    if (this.#entrance?.kind !== 'local' || state.status !== 'listening') return;
    this.#setSight(localSight(this.#entrance.forward.bind.address, state.bound, this.#options.now()));
  }

  /** The computer's network changed: an address that was not here may be here now. */
  networkChanged(): void {
    if (this.#state.status === 'refused' && this.#state.error.code === 'addressNotHere') this.tryAgain();
  }

  /** A local port became free, perhaps the one that this forward waits for. */
  portReleased(): void {
    if (this.#blockedRule !== null) this.#bringInLine();
  }

  /** The computer woke up, perhaps after the time for which the forward may be open. */
  wake(): void {
    this.#exposure.look();
  }

  /** Sends a connection of our own through this forward. Refused while one is under way, and without a target. */
  async probe(request: ProbeRequest): Promise<Result<ProbeOutcome, CommandError>> {
    const forward = this.#forward;
    const bound = this.#probedEntrance();
    const probed = this.#source && bound ? { forward, bound, source: this.#source } : null;
    const startedAt = Date.now();
    const probe = await this.#prober.probe(forward, probed, request);
    if (probe.ok) this.#learnFromProbe(forward, probe.value, startedAt);
    return probe;
  }

  /** Closes everything. Resolves when all is really closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bringInLine();
    await Promise.all([this.#working, this.#secondHop.close()]);
    this.#targetReports.cancel();
    this.#exposure.cancel();
  }

  #bringInLine(): void {
    this.#isDirty = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false;
      await this.#step();
    }
  }

  async #step(): Promise<void> {
    clearTimeout(this.#retryTimer);
    const forward = this.#forward;
    const isWanted = forward.enabled && !this.#isClosed;
    const exposure = this.#exposure.judge(forward);
    const fits = isWanted && (exposure.status === 'loopback' || exposure.status === 'agreed');
    if (this.#entrance && !(fits && sameRule(this.#entrance.forward, forward))) await this.#closeEntrance();
    for (const released of this.#onReleased.splice(0)) released();
    this.#applySources(forward);
    if (!isWanted) {
      this.#refusedRule = null;
      this.#blockedRule = null;
      this.#setState({ status: 'off' });
      return;
    }
    if (!fits) {
      // The next yes is a person's wish to try again, whatever the port said before.
      this.#refusedRule = null;
      this.#blockedRule = null;
      this.#setState({ status: 'refused', error: exposureError(forward, exposure) });
      return;
    }
    await this.#gate;
    // Meanwhile the rule may have changed again: then the next step sees to it.
    if (this.#isDirty) return;
    this.#entrance ??= await this.#open(forward);
    if (this.#entrance) await this.#attach(this.#entrance);
  }

  async #open(forward: Forward): Promise<Entrance | null> {
    const onTargetOutcome: OnTargetOutcome = (outcome, origin) => {
      this.#learn(outcome);
      this.#prober.outcomes.tell(outcome, origin);
    };
    const parts = { counter: this.counter, onTargetOutcome, guard: this.#guard() };
    if (forward.kind === 'remote') {
      return { kind: 'remote', forward, remote: new RemoteForward({ forward, ...parts }) };
    }
    if (this.#refusedRule && sameRule(this.#refusedRule, forward)) return null;
    // While it is tried again, its state stays: nobody wants to see it flicker, or hear it read out each time.
    const isRepeated = this.#blockedRule !== null && sameRule(this.#blockedRule, forward);
    if (!isRepeated) this.#setState({ status: 'opening' });
    this.#blockedRule = null;
    const opened = await LocalListener.open({ forward, ...parts });
    if (opened.ok) {
      this.#refusedRule = null;
      const bound = [...opened.value.bound];
      const sight = localSight(forward.bind.address, bound, this.#options.now());
      this.#setState({ status: 'listening', bound, ...sight });
      return { kind: 'local', forward, listener: opened.value };
    }
    await this.#takeRefusal(forward, opened.error);
    return null;
  }

  async #takeRefusal(forward: Forward, refusal: TunnelError): Promise<void> {
    // Set before the diagnosis, which takes its time: a port that is released meanwhile must not be missed.
    if (refusal.code === 'portInUse') this.#blockedRule = forward;
    const error = await this.#options.diagnoseBind(refusal);
    if (error.code === 'portInUse') {
      this.#blockedRule = forward;
      this.#retryLater(error, this.#options.localRetryMs);
      return;
    }
    this.#blockedRule = null;
    this.#refusedRule = forward;
    this.#setState({ status: 'refused', error });
  }

  async #attach(entrance: Entrance): Promise<void> {
    const source = this.#source;
    if (source === null || source.isLost()) {
      this.#attachedTo = null;
      if (entrance.kind === 'remote') this.#setState({ status: 'opening' });
      return;
    }
    if (source === this.#attachedTo) return;
    this.#attachedTo = source;
    if (entrance.kind === 'local') {
      entrance.listener.attach(source);
      return;
    }
    await this.#listenRemotely(entrance.remote, source);
  }

  async #listenRemotely(remote: RemoteForward, source: ChannelSource): Promise<void> {
    if (this.#state.status !== 'retrying') this.#setState({ status: 'opening' });
    const outcome = await remote.attach(source);
    switch (outcome.status) {
      case 'listening':
        this.#hasListened = true;
        this.#setState({ status: 'listening', bound: [outcome.bound] });
        this.#options.onRemoteListening();
        return;
      case 'lost':
        this.#setState({ status: 'opening' });
        return;
      case 'refused':
        this.#refused(this.#withLastHolder(outcome.error));
        void this.#explain(source);
    }
  }

  /** A port that was ours and is busy is usually still held by our own dead session. */
  #refused(error: RemoteRefusal): void {
    if (this.#hasListened || error.holder?.kind === 'ghost')
      this.#retryLater(error, this.#options.remoteRetryMs);
    else this.#setState({ status: 'refused', error });
  }

  /** Until a new look has said more, the last one holds. */
  #withLastHolder(error: RemoteRefusal): RemoteRefusal {
    const state = this.#state;
    const before = state.status === 'retrying' || state.status === 'refused' ? state.error : null;
    if (before?.code !== 'remoteForwardRefused' || before.holder === undefined) return error;
    return { ...error, holder: before.holder };
  }

  async #explain(source: ChannelSource): Promise<void> {
    const state = this.#state;
    if (state.status !== 'retrying' && state.status !== 'refused') return;
    if (state.error.code !== 'remoteForwardRefused') return;
    const error = await this.#options.explainRefusal(state.error);
    // Meanwhile it may have been asked for again.
    if (source !== this.#source || this.#state !== state) return;
    if (state.status === 'retrying') this.#setState({ ...state, error });
    else this.#refused(error);
  }

  #retryLater(error: TunnelError, delayMs: number): void {
    clearTimeout(this.#retryTimer);
    this.#setState({ status: 'retrying', retryAt: this.#options.now() + delayMs, error });
    this.#retryTimer = setTimeout(() => {
      this.#attachedTo = null;
      this.#bringInLine();
    }, delayMs);
  }

  async #closeEntrance(): Promise<void> {
    const entrance = this.#entrance;
    this.#entrance = null;
    this.#attachedTo = null;
    this.#hasListened = false;
    await this.#prober.abort();
    if (entrance?.kind === 'local') {
      await entrance.listener.close();
      this.#options.onPortReleased();
    } else await entrance?.remote.close();
  }

  /** Also shuts out who comes between the end of the time and the timer that closes the entrance. */
  #guard(): EntranceGuard {
    return {
      admits: (address) => !this.#exposure.isOver() && this.#sources.admits(address),
      turnedAway: (address) => {
        if (this.#exposure.isOver()) this.#bringInLine();
        else this.#sources.turnedAway(address);
      },
    };
  }

  #applySources(forward: Forward): void {
    if (!this.#sources.use(forward)) return;
    const entrance = this.#entrance;
    if (entrance?.kind === 'local') entrance.listener.expelStrangers();
    else entrance?.remote.expelStrangers();
  }

  #learn(outcome: TargetOutcome): void {
    // A SOCKS client chooses its own targets: none of them is "the" target.
    if (this.#forward.kind === 'dynamic') return;
    const isNews = outcome.status !== this.#target.status;
    this.#target =
      outcome.status === 'answered'
        ? { status: 'answered', at: outcome.at }
        : { status: 'failed', at: outcome.at, error: outcome.error };
    if (isNews) this.#options.onChange();
    else this.#targetReports.ask();
  }

  #setSight(sight: SightPart): void {
    const state = this.#state;
    if (state.status !== 'listening') return;
    const { status, bound, seen, unseen } = state;
    const isSame =
      seen === null
        ? unseen !== undefined && isSameSight({ seen, unseen }, sight)
        : seen !== undefined && isSameSight({ seen }, sight);
    if (!isSame) this.#setState({ status, bound, ...sight });
  }

  /** Where a client would enter: where the entrance was seen to be, else where it was asked for. */
  #probedEntrance(): Endpoint | undefined {
    const state = this.#state;
    if (state.status !== 'listening') return undefined;
    return (this.#forward.kind === 'remote' ? state.seen?.endpoints[0] : undefined) ?? state.bound[0];
  }

  #learnFromProbe(forward: Forward, outcome: ProbeOutcome, startedAt: number): void {
    const target = targetAfterProbe(forward, outcome);
    if (target === null || !sameTarget(forward, this.#forward)) return;
    // The target took the probe when it began; while the probe listened, somebody else was refused.
    const hasFailedSince = this.#target.status === 'failed' && this.#target.at >= startedAt;
    if (target.status === 'answered' && hasFailedSince) return;
    this.#target = target;
    this.#options.onChange();
  }

  #setState(state: ForwardState): void {
    this.#state = state;
    this.#arrangeSecondHop();
    this.#options.onChange();
  }

  /** A second hop leads to where the server listens for us, and goes when that goes. */
  #arrangeSecondHop(): void {
    const forward = this.#forward;
    const isWanted = forward.enabled && !this.#isClosed && isExposed(forward.bind.address);
    const rule = forward.kind === 'remote' && isWanted ? (forward.secondHop ?? null) : null;
    this.#secondHop.update(rule, this.hopPlace(), (forward.allowFrom ?? []).length > 0);
  }
}

/** Why a forward that others could reach stays closed. */
function exposureError({ bind }: Forward, exposure: Exposure): TunnelError {
  const endpoint = { host: bind.address, port: bind.port };
  return exposure.status === 'expired'
    ? { code: 'exposureExpired', endpoint, at: exposure.at }
    : { code: 'exposureNotConfirmed', endpoint };
}

function noTargetKnown(forward: Forward): TargetState {
  return { status: forward.kind === 'dynamic' ? 'notApplicable' : 'unknown' };
}

/** Claims that what is open for one rule serves the other as well. */
function sameRule(a: Forward, b: Forward): boolean {
  return (
    a.kind === b.kind && a.bind.address === b.bind.address && a.bind.port === b.bind.port && sameTarget(a, b)
  );
}

function sameTarget(a: Forward, b: Forward): boolean {
  if (a.kind === 'dynamic' || b.kind === 'dynamic') return a.kind === b.kind;
  return a.target.host === b.target.host && a.target.port === b.target.port;
}
