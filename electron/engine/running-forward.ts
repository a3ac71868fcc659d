import { isExposureConfirmed } from '#shared/exposure.ts';
import type { Forward } from '#shared/profile.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ForwardSnapshot, ForwardState, TargetState } from '#shared/tunnel-state.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import type { OpenConnections } from './forward/connections.ts';
import { LocalListener } from './forward/local.ts';
import { RemoteForward } from './forward/remote.ts';
import type { TargetOutcome } from './forward/target-outcome.ts';
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
  /** Finds out who holds a local port, for the error. */
  readonly findHolder: (error: TunnelError) => Promise<TunnelError>;
  readonly now: () => number;
  onChange(): void;
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
    this.#targetReports = new SpacedCalls(() => options.onChange(), TARGET_REPORT_INTERVAL_MS);
    this.#state = { status: forward.enabled ? 'opening' : 'off' };
    this.#target = noTargetKnown(forward);
    this.#bringInLine();
  }

  get snapshot(): ForwardSnapshot {
    return { id: this.id, state: this.#state, target: this.#target };
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
    this.#gate = gate;
    const released = new Promise<void>((resolve) => this.#onReleased.push(resolve));
    this.#bringInLine();
    return released;
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    const isNew = source !== null && source !== this.#source;
    this.#source = source;
    if (isNew) {
      this.#refusedRule = null;
      // What failed through another session may be mended; a light that was red for it would lie.
      if (this.#target.status === 'failed') this.#target = noTargetKnown(this.#forward);
    }
    this.#bringInLine();
  }

  /** A person wants what was refused to be tried once more. */
  tryAgain(): void {
    if (this.#state.status !== 'refused') return;
    this.#refusedRule = null;
    this.#attachedTo = null;
    this.#bringInLine();
  }

  /** Closes everything. Resolves when all is really closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#bringInLine();
    await this.#working;
    this.#targetReports.cancel();
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
    const fits = isWanted && isExposureConfirmed(forward);
    if (this.#entrance && !(fits && sameRule(this.#entrance.forward, forward))) await this.#closeEntrance();
    for (const released of this.#onReleased.splice(0)) released();
    if (!isWanted) {
      this.#refusedRule = null;
      this.#setState({ status: 'off' });
      return;
    }
    if (!fits) {
      const endpoint = { host: forward.bind.address, port: forward.bind.port };
      this.#setState({ status: 'refused', error: { code: 'exposureNotConfirmed', endpoint } });
      return;
    }
    await this.#gate;
    // Meanwhile the rule may have changed again: then the next step sees to it.
    if (this.#isDirty) return;
    this.#entrance ??= await this.#open(forward);
    if (this.#entrance) await this.#attach(this.#entrance);
  }

  async #open(forward: Forward): Promise<Entrance | null> {
    const { counter } = this;
    const onTargetOutcome = (outcome: TargetOutcome) => this.#learn(outcome);
    if (forward.kind === 'remote') {
      return { kind: 'remote', forward, remote: new RemoteForward({ forward, counter, onTargetOutcome }) };
    }
    if (this.#refusedRule && sameRule(this.#refusedRule, forward)) return null;
    this.#setState({ status: 'opening' });
    const opened = await LocalListener.open({ forward, counter, onTargetOutcome });
    if (opened.ok) {
      this.#refusedRule = null;
      this.#setState({ status: 'listening', bound: [...opened.value.bound] });
      return { kind: 'local', forward, listener: opened.value };
    }
    this.#refusedRule = forward;
    this.#setState({ status: 'refused', error: await this.#options.findHolder(opened.error) });
    return null;
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
        return;
      case 'lost':
        this.#setState({ status: 'opening' });
        return;
      case 'refused':
        // A port that was ours and is busy is usually still held by our own dead session.
        if (this.#hasListened) this.#retryLater(outcome.error);
        else this.#setState({ status: 'refused', error: outcome.error });
    }
  }

  #retryLater(error: TunnelError): void {
    const { now, remoteRetryMs } = this.#options;
    this.#setState({ status: 'retrying', retryAt: now() + remoteRetryMs, error });
    this.#retryTimer = setTimeout(() => {
      this.#attachedTo = null;
      this.#bringInLine();
    }, remoteRetryMs);
  }

  async #closeEntrance(): Promise<void> {
    const entrance = this.#entrance;
    this.#entrance = null;
    this.#attachedTo = null;
    this.#hasListened = false;
    if (entrance?.kind === 'local') await entrance.listener.close();
    else await entrance?.remote.close();
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

  #setState(state: ForwardState): void {
    this.#state = state;
    this.#options.onChange();
  }
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
