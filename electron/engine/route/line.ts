import type { Result } from '#shared/result.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { JumpProgress } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { Session, type SessionTimings } from '../ssh/session.ts';
import type { SessionEnd } from '../ssh/session-end.ts';
import type { Carrier } from './carrier.ts';
import type { Crew } from './crew.ts';
import { dialFirst } from './dial-first.ts';
import { hopTimings } from './hop-timings.ts';
import type { JumpPool, Ride } from './jump-pool.ts';
import { openThrough } from './open-through.ts';
import { unlessAborted } from './unless-aborted.ts';
import { type Hop, lastHop, type Way, wayBefore } from './way.ts';

/** Why a line ended, and at which server of its way. */
export interface LineEnd {
  readonly end: SessionEnd;
  readonly hop: Hop;
}

export interface LineOptions {
  readonly way: Way;
  /** How many jump hosts the tunnel that asks has in all; this way may be the first part of its own. */
  readonly jumpCount: number;
  readonly jumps: JumpPool;
  readonly crew: Crew;
  readonly timings: SessionTimings;
  /** Logged in at the end of the way. */
  onOpen(channels: ChannelSource): void;
  /** Called exactly once, after everything of this line's own is closed, unless `close` was called before. */
  onEnd(end: LineEnd): void;
}

/**
 * One attempt at a session at the end of a way: the way there (a dial, or a ride over the jump hosts before it), then the
 * session. Whatever breaks on the way is the line's end, with that hop's own error as the one cause.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #hop: Hop;
  readonly #abort = new AbortController();
  /** Resolves when the way is there, or everything of it is closed. */
  readonly #settled: Promise<void>;
  #settle: () => void = () => {};
  #ride: Ride | null = null;
  #session: Session | null = null;
  /** Why the jump host's session beneath ended; it is sure to come once that is lost. */
  readonly #wayEnded: Promise<LineEnd>;
  #endWay: (end: LineEnd) => void = () => {};

  constructor(options: LineOptions) {
    this.#options = options;
    this.#hop = lastHop(options.way);
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#wayEnded = new Promise((resolve) => {
      this.#endWay = resolve;
    });
    void this.#run();
  }

  /** After the computer woke up: finds out soon whether everybody on the way is still there. */
  verify(): void {
    this.#ride?.verify();
    this.#session?.verify();
  }

  /** Finds out at once whether everybody on the way is still there, the nearest first; who is not, is this line's end. */
  async proveAlive(): Promise<boolean> {
    return (await this.#isWayAlive()) && ((await this.#session?.proveAlive()) ?? false);
  }

  /** Hangs up without reporting an end. Idempotent; resolves when everything of its own is closed. */
  close(): Promise<void> {
    this.#abort.abort();
    this.#ride?.leave();
    const session = this.#session;
    return session === null ? this.#settled : session.close();
  }

  async #run(): Promise<void> {
    const { trust } = this.#hop;
    // Nobody is dialled in vain; and the way there may take minutes, in which the files can change.
    const before = await trust.judge();
    if (!before.ok) return this.#finish(this.#lost(before.error));
    const carrier = await this.#openCarrier();
    if (carrier === null) return this.#settle();
    if (!carrier.ok) return this.#finish(carrier.error);
    const judge = await trust.judge();
    if (this.#abort.signal.aborted || !judge.ok) {
      carrier.value.stream.destroy();
      if (judge.ok) this.#settle();
      else this.#finish(this.#lost(judge.error));
      return;
    }
    const { crew, onOpen } = this.#options;
    this.#session = new Session({
      carrier: carrier.value,
      account: this.#hop,
      judge: judge.value,
      desk: crew.deskFor(this.#hop),
      timings: hopTimings(this.#options.timings, this.#hop),
      isWayAlive: () => this.#isWayAlive(),
      onPhase: (phase) => crew.onPhase(phase, this.#progress()),
      onOpen,
      onEnd: (end) => this.#sessionEnded(end),
    });
    this.#settle();
  }

  /** Null when the line was closed meanwhile. */
  async #openCarrier(): Promise<Result<Carrier, LineEnd> | null> {
    const { way, crew, jumps, timings } = this.#options;
    const { signal } = this.#abort;
    const { server, connection } = this.#hop;
    const { connectMs } = hopTimings(timings, this.#hop);
    const before = wayBefore(way);
    if (before === null) {
      const { proxy } = way;
      const dialled = await dialFirst(proxy, server, {
        signal,
        connectMs,
        bindAddress: connection.bindAddress,
        addressFamily: connection.addressFamily,
        onPhase: (phase) => crew.onPhase(phase, this.#progress()),
        desk: crew.deskFor({ server: proxyAccount(proxy, server), password: null }),
        programs: jumps.programs,
      });
      return this.#unlessClosed(dialled);
    }
    const jump = await this.#rideTo(before);
    if (jump === null) return null;
    if (!jump.ok) return jump;
    crew.onPhase('tcp', this.#progress());
    const opening = openThrough({ server: lastHop(before).server, channels: jump.value }, server, {
      signal,
      connectMs,
    });
    // One that died without a word while nobody rode on it would hold up every attempt for all that time.
    void this.#isWayAlive();
    const opened = await opening;
    // Its refusal is then only a symptom.
    if (!opened.ok && !(await unlessAborted(this.#isBorne(opened.error), signal))) {
      const error = await unlessAborted(this.#wayEnded, signal);
      return error && { ok: false, error };
    }
    return this.#unlessClosed(opened);
  }

  /** Claims that the jump host beneath lives, so that what failed to open behind it failed by itself. */
  async #isBorne(error: TunnelError): Promise<boolean> {
    // A jump host that refuses lives, or did so just now.
    if (error.code === 'connectTimedOut' && !(await this.#isWayAlive())) return false;
    return this.#ride?.isLost() === false;
  }

  /** Claims that everybody before this line's own server is still there. */
  #isWayAlive(): Promise<boolean> {
    return this.#ride?.proveAlive() ?? Promise.resolve(true);
  }

  #unlessClosed(opened: Result<Carrier, TunnelError>): Result<Carrier, LineEnd> | null {
    if (this.#abort.signal.aborted) {
      if (opened.ok) opened.value.stream.destroy();
      return null;
    }
    if (opened.ok) return opened;
    return { ok: false, error: this.#lost(opened.error) };
  }

  #rideTo(before: Way): Promise<Result<ChannelSource, LineEnd> | null> {
    const { jumps, crew, jumpCount, timings } = this.#options;
    const { signal } = this.#abort;
    if (signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true });
      this.#ride = jumps.ride(before, {
        crew,
        jumpCount,
        timings,
        onOpen: (channels) => resolve({ ok: true, value: channels }),
        onEnd: (end) => {
          this.#ride = null;
          this.#endWay(end);
          resolve({ ok: false, error: end });
          // It stands on what is gone. The session's own end may have come first, and waits for this one.
          const session = this.#session;
          if (session !== null) void session.close().then(() => this.#finish(end));
        },
      });
    });
  }

  #sessionEnded(end: SessionEnd): void {
    // A broken way shows here first as a closed connection; its cause is about to follow.
    if (this.#ride?.isLost() && end.kind === 'lost') return;
    this.#finish({ end, hop: this.#hop });
  }

  #finish(end: LineEnd): void {
    this.#settle();
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#ride?.leave();
    this.#options.onEnd(end);
  }

  #lost(error: TunnelError): LineEnd {
    return { end: { kind: 'lost', error }, hop: this.#hop };
  }

  #progress(): JumpProgress | null {
    const { way, jumpCount } = this.#options;
    const number = way.hops.length;
    if (number > jumpCount) return null;
    const { host, port } = this.#hop.server;
    return { host, port, number, count: jumpCount };
  }
}

function proxyAccount(proxy: Way['proxy'], server: Server): Server {
  return proxy === null || proxy.kind === 'command' ? server : proxy;
}
