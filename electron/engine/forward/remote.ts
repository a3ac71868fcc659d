import type { Endpoint } from '#shared/endpoint.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TrafficCounter } from '../traffic-counter.ts';
import { Arrivals } from './arrivals.ts';
import type { ChannelSource, IncomingChannel, RemoteBind, Unsubscribe } from './channel-source.ts';
import { OpenConnections } from './connections.ts';
import { dial } from './dial.ts';
import { Pump } from './pump.ts';
import { resetSocket } from './reset-socket.ts';
import { type EntranceGuard, OPEN_ENTRANCE } from './source-guard.ts';
import { type OnTargetOutcome, targetAnswered, targetUnreachable } from './target-outcome.ts';

/** A forward whose entrance is on the server (-R) and whose target is dialled from this computer. */
export interface RemoteForwardRule {
  /** As the user wrote it: `localhost` or empty, `*`, or an address of the server. Port 0: the server chooses. */
  readonly bind: RemoteBind;
  readonly target: Endpoint;
}

/** What a remote forward needs. */
export interface RemoteForwardOptions {
  readonly forward: RemoteForwardRule;
  readonly counter: TrafficCounter;
  /** Told of every connection that did or did not reach its target. */
  readonly onTargetOutcome: OnTargetOutcome;
  /** Judges by the address that the server reports. Absent: whoever reaches it may enter. */
  readonly guard?: EntranceGuard;
  /** Told of every client that comes. */
  readonly arrivals?: Arrivals;
}

/** The server does not listen for us. */
export type RemoteRefusal = Extract<TunnelError, { code: 'remoteForwardRefused' }>;

/** What came of asking the server to listen. */
export type RemoteListenOutcome =
  | { readonly status: 'listening'; readonly bound: Endpoint }
  | { readonly status: 'refused'; readonly error: RemoteRefusal }
  /** The session went, or another attach or a detach came first. */
  | { readonly status: 'lost' };

/**
 * Clients whose target is being dialled at one time. A server can open channels without end; the
 * 300 connections of a busy browser fit.
 */
const DIAL_LIMIT = 512;

/** Clients in all, as many as `ssh` has files for at the usual limit of 1024 (getrlimit(2), RLIMIT_NOFILE). */
const CONNECTION_LIMIT = 1000;

/** How long the server may take to say that it stopped listening; on a dead link it never does. */
const CANCEL_TIMEOUT_MS = 2_000;

/** The entrance of a remote forward, asked for anew on every session. */
export class RemoteForward {
  /** Everyone who is connected now. */
  readonly connections = new OpenConnections();
  readonly #forward: RemoteForwardRule;
  readonly #counter: TrafficCounter;
  readonly #guard: EntranceGuard;
  readonly #arrivals: Arrivals;
  readonly #onTargetOutcome: OnTargetOutcome;
  readonly #dialling = new Set<AbortController>();
  /** With the address that each came from, as the server reported it. */
  readonly #pumps = new Map<Pump, string>();
  #source: ChannelSource | undefined;
  #stopWatchingSource: Unsubscribe | undefined;
  #listening: RemoteBind | undefined;
  /** The port that the server chose last, asked for first next time so that an address stays good. */
  #chosenPort: number | undefined;
  #isClosed = false;

  constructor({
    forward,
    counter,
    onTargetOutcome,
    guard = OPEN_ENTRANCE,
    arrivals = new Arrivals(),
  }: RemoteForwardOptions) {
    this.#arrivals = arrivals;
    this.#forward = forward;
    this.#counter = counter;
    this.#onTargetOutcome = onTargetOutcome;
    this.#guard = guard;
  }

  /** Asks the server to listen. After a refusal it may be called again with the same session. */
  async attach(source: ChannelSource): Promise<RemoteListenOutcome> {
    this.detach();
    if (this.#isClosed || source.isLost()) return { status: 'lost' };
    this.#source = source;
    this.#stopWatchingSource = source.onLost(() => this.detach());
    const address = wireAddress(this.#forward.bind.address);
    for (const port of this.#portsToTry()) {
      const granted = await source.requestForward({ address, port }, (incoming) => {
        void this.#serve(incoming, source);
      });
      if (source !== this.#source) {
        if (granted.ok) void source.cancelForward({ address, port: granted.value });
        return { status: 'lost' };
      }
      if (granted.ok) return this.#listen({ address, port: granted.value });
      if (granted.error === 'sessionLost') return { status: 'lost' };
    }
    return { status: 'refused', error: { code: 'remoteForwardRefused', endpoint: this.#entrance() } };
  }

  /** Forgets the session and resets every connection of it; the server is not asked to stop. */
  detach(): void {
    if (this.#source === undefined) return;
    this.#source = undefined;
    this.#listening = undefined;
    this.#stopWatchingSource?.();
    for (const dialling of this.#dialling) dialling.abort();
    for (const pump of this.#pumps.keys()) void pump.close();
  }

  /** Others may enter than before: resets every connection of those who may not any more. */
  expelStrangers(): void {
    for (const [pump, address] of this.#pumps) if (!this.#guard.admits(address)) void pump.close();
  }

  /** Has the server stop listening and resets every connection. Resolves when all is really closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const [source, listening] = [this.#source, this.#listening];
    const pumpsClosed = [...this.#pumps.keys()].map((pump) => pump.closed);
    this.detach();
    if (source !== undefined && listening !== undefined) {
      await atMost(CANCEL_TIMEOUT_MS, source.cancelForward(listening));
    }
    await Promise.all(pumpsClosed);
  }

  #portsToTry(): readonly number[] {
    const { port } = this.#forward.bind;
    return port === 0 && this.#chosenPort !== undefined ? [this.#chosenPort, 0] : [port];
  }

  #listen(bind: RemoteBind): RemoteListenOutcome {
    this.#listening = bind;
    this.#chosenPort = bind.port;
    return { status: 'listening', bound: { ...this.#entrance(), port: bind.port } };
  }

  /** As the user wrote it: what the server made of it (GatewayPorts), SSH does not tell. */
  #entrance(): Endpoint {
    const { address, port } = this.#forward.bind;
    return { host: address === '' ? 'localhost' : address, port };
  }

  /** Dials first and accepts then, so that a failed dial is a refusal on the other side too. */
  async #serve(incoming: IncomingChannel, source: ChannelSource): Promise<void> {
    if (source !== this.#source || this.#arrivals.note(incoming.origin)) return incoming.reject();
    const address = incoming.origin.host;
    if (!this.#guard.admits(address)) {
      incoming.reject();
      this.#guard.turnedAway(address);
      return;
    }
    const isFull = this.#dialling.size + this.#pumps.size >= CONNECTION_LIMIT;
    if (isFull || this.#dialling.size >= DIAL_LIMIT) return incoming.reject();
    const aborter = new AbortController();
    const connection = this.connections.add({
      client: incoming.origin,
      target: this.#forward.target,
      socket: null,
      stage: 'opening',
      abandon: () => aborter.abort(),
    });
    const uncount = this.#counter.connectionOpened();
    const connectionClosed = () => {
      this.connections.remove(connection);
      uncount();
    };
    this.#dialling.add(aborter);
    const dialled = await dial(this.#forward.target, aborter.signal);
    this.#dialling.delete(aborter);
    // Who may enter can have changed while the target was dialled.
    const isWelcome = this.#guard.admits(address);
    if (source !== this.#source || source.isLost() || !dialled.ok || !isWelcome) {
      connectionClosed();
      if (dialled.ok) resetSocket(dialled.value);
      else if (!aborter.signal.aborted) {
        this.#onTargetOutcome(targetUnreachable(this.#forward.target, dialled.error), incoming.origin);
      }
      if (!source.isLost()) incoming.reject();
      return;
    }
    this.#onTargetOutcome(targetAnswered(this.#forward.target), incoming.origin);
    const pump = new Pump({
      socket: dialled.value,
      channel: incoming.accept(),
      source,
      counter: this.#counter,
    });
    this.#pumps.set(pump, address);
    connection.join(pump, dialled.value, 'channel');
    void pump.closed.then(() => {
      this.#pumps.delete(pump);
      connectionClosed();
    });
  }
}

/** Waits for a promise, but not longer than so many milliseconds. */
async function atMost(timeoutMs: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}

/** RFC 4254 section 7.1: `localhost` is loopback in both families, the empty address is all addresses. */
function wireAddress(address: string): string {
  if (address === '*') return '';
  return address === '' ? 'localhost' : address;
}
