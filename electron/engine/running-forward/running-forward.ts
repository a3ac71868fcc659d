import type { CommandError } from '#shared/contract/command.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { isExposed } from '#shared/exposure.ts';
import type { ProbeOutcome, ProbeRequest } from '#shared/probe.ts';
import type { Forward, Profile } from '#shared/profile.ts';
import type { Result } from '#shared/result.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ForwardSnapshot, ForwardState } from '#shared/tunnel-state.ts';
import { Arrivals } from '../forward/arrivals.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { OpenConnections } from '../forward/connections.ts';
import type { LocalListener } from '../forward/local.ts';
import { RemoteForward } from '../forward/remote.ts';
import type { OnTargetOutcome } from '../forward/target-outcome.ts';
import { Prober } from '../probe/prober.ts';
import { proveEntrance } from '../probe/prove-entrance.ts';
import { type HopPlace, hopPlace } from '../server/second-hop/hop-place.ts';
import { SecondHop } from '../server/second-hop/second-hop.ts';
import { SpacedCalls } from '../spaced-calls.ts';
import { TrafficCounter } from '../traffic-counter.ts';
import { afterLook, afterLookAround, whereToEnter } from './entrance-sights.ts';
import { ExposureGuard } from './exposure-guard.ts';
import { ForwardProgress } from './forward-progress.ts';
import { KnownTarget } from './known-target.ts';
import { LocalOpening, type LocalOpeningOptions } from './local-opening.ts';
import { RemoteAsking, type RemoteAskingOptions } from './remote-asking.ts';
import { sameRule } from './same-rule.ts';
import { isInDoubt, settleDoubt } from './settle-doubt.ts';
import { StepLoop } from './step-loop.ts';

/**
 * How often what only repeats itself (the target's answers, the strangers at the entrance) is reported at most, in
 * milliseconds. A report for each connection cost main and the window together more than the connection itself.
 */
const REPORT_INTERVAL_MS = 250;

/** What a running forward needs of its tunnel. */
export interface RunningForwardOptions extends LocalOpeningOptions, RemoteAskingOptions {
  /** The server as the profile has it. */
  readonly server: () => Profile['server'];
  /** What of ours, beside this forward's own hop, listens on this port of the server; see `oursOnServer`. */
  readonly oursOnServer: (forwardId: string, port: number) => string | null;
  onChange(): void;
  /** A local port of ours is free again. */
  onPortReleased(): void;
}

/** What is really open for a forward. */
type Entrance =
  | { readonly kind: 'local'; readonly forward: Forward; readonly opened: LocalListener }
  | { readonly kind: 'remote'; readonly forward: Forward; readonly opened: RemoteForward };

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
  readonly #steps = new StepLoop(() => this.#step());
  readonly #progress: ForwardProgress;
  readonly #localOpening: LocalOpening;
  readonly #remoteAsking: RemoteAsking;
  readonly #target: KnownTarget;
  readonly #exposure: ExposureGuard;
  readonly #secondHop: SecondHop;
  readonly #prober = new Prober();
  readonly #arrivals = new Arrivals();
  /** Ends the proof that a look left to be made. */
  #doubt: AbortController | null = null;
  readonly #spacedReports: SpacedCalls;
  #forward: Forward;
  #source: ChannelSource | null = null;
  #isClosed = false;
  /** The entrance does not listen any more, though nobody closed it. */
  #isEntranceLost = false;
  #entrance: Entrance | null = null;
  /** The session that the entrance was last attached to. */
  #attachedTo: ChannelSource | null = null;
  #gate: Promise<unknown>;
  #onReleased: (() => void)[] = [];

  /** Nothing is opened before `gate`: the port may still be a sibling's. */
  constructor(forward: Forward, options: RunningForwardOptions, gate: Promise<unknown>) {
    this.id = forward.id;
    this.#forward = forward;
    this.#gate = gate;
    this.#options = options;
    const { now, server, remoteRetryMs } = options;
    const onChange = () => options.onChange();
    this.#spacedReports = new SpacedCalls(onChange, REPORT_INTERVAL_MS);
    const report = () => this.#spacedReports.ask();
    this.#progress = new ForwardProgress({
      initial: { status: forward.enabled ? 'opening' : 'off' },
      now,
      onChange: () => {
        this.#arrangeSecondHop();
        options.onChange();
      },
      onDue: () => this.#bringInLineAnew(),
    });
    this.#localOpening = new LocalOpening(options, this.#progress);
    this.#remoteAsking = new RemoteAsking(forward.id, options, this.#progress, () => this.#source);
    this.#target = new KnownTarget(forward, { onNews: onChange, onRepeated: report });
    this.#exposure = new ExposureGuard({ now, onOver: () => this.#steps.ask(), onTurnedAway: report });
    this.#secondHop = new SecondHop({
      now,
      server,
      retryMs: remoteRetryMs,
      oursAt: (port) => options.oursOnServer(forward.id, port),
      onChange,
    });
    this.#steps.ask();
  }

  get snapshot(): ForwardSnapshot {
    const secondHop = this.#secondHop.state;
    const { refusedSources } = this.#exposure;
    return {
      id: this.id,
      state: this.#state,
      target: this.#target.state,
      ...(secondHop && { secondHop }),
      ...(refusedSources && { refusedSources }),
    };
  }

  /** Everyone who is connected through it now; null while nothing is open. */
  get connections(): OpenConnections | null {
    return this.#entrance?.opened.connections ?? null;
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
    this.#target.use(forward);
    this.#forward = forward;
    this.#arrangeSecondHop();
    this.#gate = gate;
    // An entrance that does not serve the new rule keeps its sources until it is closed.
    if (this.#entrance && sameRule(this.#entrance.forward, forward)) this.#applySources(forward);
    const released = new Promise<void>((resolve) => this.#onReleased.push(resolve));
    this.#steps.ask();
    return released;
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    const isNew = source !== null && source !== this.#source;
    if (source !== this.#source) void this.#prober.abort();
    this.#source = source;
    if (isNew) {
      this.#localOpening.allowAgain();
      this.#target.newSession();
    }
    this.#steps.ask();
  }

  /** A person wants what was refused to be tried once more, and what waits for its turn to be tried now. */
  tryAgain(): void {
    if (this.#state.status !== 'refused' && this.#state.status !== 'retrying') return;
    this.#localOpening.allowAgain();
    this.#bringInLineAnew();
  }

  /** Where a second hop can be dug now: the session, and where the server listens for us on it; null if it does not. */
  hopPlace(): HopPlace | null {
    const place = { source: this.#attachedTo, arrivals: this.#arrivals, server: this.#options.server() };
    return hopPlace(this.#forward, this.#state, place);
  }

  /**
   * A look at the server, with our forwards marked in it, may say where the entrance there really is. `hasHop`: a second hop
   * runs on the same session.
   */
  learnFromLook(look: ServerLook, hasHop: boolean): void {
    if (this.#entrance?.kind !== 'remote') return;
    const { forward } = this.#entrance;
    this.#doubt?.abort();
    if (isInDoubt(look, this.id)) void this.#learnAfterProof(look, forward, hasHop);
    else this.#takeSight(afterLook(this.#state, look, forward, hasHop));
  }

  /** This computer's networks may have changed, and with them who can reach an entrance here. */
  lookAround(): void {
    if (this.#entrance?.kind !== 'local') return;
    const { bind } = this.#entrance.forward;
    this.#takeSight(afterLookAround(this.#state, bind.address, this.#options.now()));
  }

  /** The computer's network changed: an address that was not here may be here now. */
  networkChanged(): void {
    if (this.#state.status === 'refused' && this.#state.error.code === 'addressNotHere') this.tryAgain();
  }

  /** A local port became free, perhaps the one that this forward waits for. */
  portReleased(): void {
    if (this.#localOpening.waitsForPort) this.#steps.ask();
  }

  /** The system has closed the listener here under us: it is bound anew, which ends its connections. */
  entranceLost(): void {
    if (this.#entrance?.kind !== 'local') return;
    this.#isEntranceLost = true;
    this.#steps.ask();
  }

  /** The computer woke up, perhaps after the time for which the forward may be open. */
  wake(): void {
    this.#exposure.look();
  }

  /** Sends a connection of our own through this forward, and one by its second hop. Refused while one is under way, and without a target. */
  async probe(request: ProbeRequest): Promise<Result<ProbeOutcome, CommandError>> {
    const forward = this.#forward;
    const allows = (address: string) => this.#exposure.allows(address);
    const bound = whereToEnter(forward, this.#state, allows);
    const hop = this.#secondHop.state;
    const hopPort = hop?.status === 'open' ? hop.bound.port : null;
    const source = this.#source;
    const probed =
      source && bound ? { forward, bound, source, arrivals: this.#arrivals, allows, hopPort } : null;
    const startedAt = Date.now();
    const probe = await this.#prober.probe(forward, probed, request);
    if (probe.ok) this.#target.learnFromProbe(forward, probe.value, startedAt);
    return probe;
  }

  /** Closes everything. Resolves when all is really closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#steps.ask();
    await Promise.all([this.#steps.rest(), this.#secondHop.close()]);
    this.#spacedReports.cancel();
    this.#exposure.cancel();
  }

  get #state(): ForwardState {
    return this.#progress.state;
  }

  /** Attaches once more what is open, even to the session that it was attached to. */
  #bringInLineAnew(): void {
    this.#attachedTo = null;
    this.#steps.ask();
  }

  async #step(): Promise<void> {
    this.#progress.cancelRetry();
    const forward = this.#forward;
    const isWanted = forward.enabled && !this.#isClosed;
    const refusal = this.#exposure.judge(forward);
    const fits = isWanted && refusal === null;
    const stays = fits && !this.#isEntranceLost;
    if (this.#entrance && !(stays && sameRule(this.#entrance.forward, forward))) await this.#closeEntrance();
    for (const released of this.#onReleased.splice(0)) released();
    this.#applySources(forward);
    if (!fits) {
      // The next yes is a person's wish to try again, whatever the port said before.
      this.#localOpening.forget();
      this.#progress.set(isWanted && refusal ? { status: 'refused', error: refusal } : { status: 'off' });
      return;
    }
    await this.#gate;
    // Meanwhile the rule may have changed again: then the next step sees to it.
    if (this.#steps.isAskedFor) return;
    this.#entrance ??= await this.#open(forward);
    if (this.#entrance) await this.#attach(this.#entrance);
  }

  async #open(forward: Forward): Promise<Entrance | null> {
    const onTargetOutcome: OnTargetOutcome = (outcome, origin) => {
      this.#target.learn(outcome);
      this.#prober.outcomes.tell(outcome, origin);
    };
    const parts = { counter: this.counter, onTargetOutcome, guard: this.#exposure };
    if (forward.kind === 'remote') {
      return {
        kind: 'remote',
        forward,
        opened: new RemoteForward({ forward, ...parts, arrivals: this.#arrivals }),
      };
    }
    const opened = await this.#localOpening.open({ forward, ...parts });
    return opened && { kind: 'local', forward, opened };
  }

  async #attach(entrance: Entrance): Promise<void> {
    const source = this.#source;
    if (source === null || source.isLost()) {
      this.#attachedTo = null;
      if (entrance.kind === 'remote') this.#progress.set({ status: 'opening' });
      return;
    }
    if (source === this.#attachedTo) return;
    this.#attachedTo = source;
    if (entrance.kind === 'local') entrance.opened.attach(source);
    else await this.#remoteAsking.ask(entrance.opened, source);
  }

  async #closeEntrance(): Promise<void> {
    const entrance = this.#entrance;
    this.#entrance = null;
    this.#isEntranceLost = false;
    this.#attachedTo = null;
    this.#doubt?.abort();
    this.#remoteAsking.forget();
    await this.#prober.abort();
    await entrance?.opened.close();
    if (entrance?.kind === 'local') this.#options.onPortReleased();
  }

  #applySources(forward: Forward): void {
    if (this.#exposure.takeSources(forward)) this.#entrance?.opened.expelStrangers();
  }

  /** What a look alone cannot tell, a connection of our own may. */
  async #learnAfterProof(look: ServerLook, forward: Entrance['forward'], hasHop: boolean): Promise<void> {
    const [source, { signal }] = [this.#attachedTo, this.#newDoubt()];
    if (source === null) return;
    const prove = (door: Endpoint) => proveEntrance({ source, arrivals: this.#arrivals }, door, signal);
    const settled = await settleDoubt(look, this.id, prove);
    if (signal.aborted || source !== this.#attachedTo) return;
    this.#takeSight(afterLook(this.#state, settled, forward, hasHop));
  }

  #newDoubt(): AbortController {
    this.#doubt = new AbortController();
    return this.#doubt;
  }

  #takeSight(state: ForwardState): void {
    if (state !== this.#state) this.#progress.set(state);
  }

  /** A second hop leads to where the server listens for us, and goes when that goes. */
  #arrangeSecondHop(): void {
    const forward = this.#forward;
    const isWanted = forward.enabled && !this.#isClosed && isExposed(forward.bind.address);
    const rule = forward.kind === 'remote' && isWanted ? (forward.secondHop ?? null) : null;
    this.#secondHop.update(rule, this.hopPlace(), (forward.allowFrom ?? []).length > 0);
  }
}
