import type { ConnectPhase, JumpProgress } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { Crew } from './crew.ts';
import type { JumpPool, Ride, Rider } from './jump-pool.ts';
import { Line, type LineEnd } from './line.ts';
import type { Way } from './way.ts';

/**
 * The session to one jump host. The first rider's crew logs in, and its tunnel shows what is asked; the others wait for
 * it. When that attempt ends with a question (a key to trust, another password) they wait on, until the crew comes back
 * with an answer or is dismissed, and then the next one tries: nobody is asked the same thing twice.
 */
export class Jump {
  readonly #way: Way;
  readonly #pool: JumpPool;
  readonly #onGone: () => void;
  readonly #riders = new Set<Rider>();
  #line: Line | null = null;
  #channels: ChannelSource | null = null;
  /** Whose crew logs in, or is being asked something. */
  #leader: object | null = null;
  #isGone = false;

  /** `onGone`: it ended by itself, and takes nobody any more. */
  constructor(way: Way, pool: JumpPool, onGone: () => void) {
    this.#way = way;
    this.#pool = pool;
    this.#onGone = onGone;
  }

  board(rider: Rider): Ride {
    const { owner } = rider.crew;
    this.#riders.add(rider);
    const channels = this.#channels;
    if (channels !== null) queueMicrotask(() => this.#riders.has(rider) && rider.onOpen(channels));
    else if (this.#line === null && (this.#leader === null || this.#leader === owner)) this.#lead(rider);
    return {
      isLost: () => channels?.isLost() ?? this.#channels?.isLost() ?? this.#isGone,
      verify: () => this.#line?.verify(),
      leave: () => this.#leave(rider),
    };
  }

  /** This tunnel is done: it rides no more, and answers no question. */
  letGo(owner: object): void {
    for (const rider of this.#riders) if (rider.crew.owner === owner) this.#riders.delete(rider);
    if (this.#leader === owner && this.#channels === null) void this.#handOver();
  }

  /** Idempotent; resolves when its session is closed. */
  async close(): Promise<void> {
    this.#isGone = true;
    await this.#line?.close();
  }

  #leave(rider: Rider): void {
    if (!this.#riders.delete(rider)) return;
    const leads = this.#leader === rider.crew.owner && this.#line !== null && this.#channels === null;
    if (leads) void this.#handOver();
  }

  /** The one who logs in went away: the next in line tries. */
  async #handOver(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    this.#leader = null;
    await line?.close();
    if (this.#isGone || this.#line !== null) return;
    const [next] = this.#riders;
    if (next !== undefined) this.#lead(next);
  }

  #lead(rider: Rider): void {
    const { crew, jumpCount, timings } = rider;
    this.#leader = crew.owner;
    const line: Line = new Line({
      way: this.#way,
      jumpCount,
      jumps: this.#pool,
      timings,
      crew: { ...crew, deskFor: (account) => crew.deskFor(account), onPhase: this.#tellAll },
      onOpen: (channels) => {
        this.#channels = channels;
        for (const each of [...this.#riders]) each.onOpen(channels);
      },
      onEnd: (end) => {
        if (this.#line === line) this.#ended(end);
      },
    });
    this.#line = line;
  }

  readonly #tellAll: Crew['onPhase'] = (phase: ConnectPhase, jump: JumpProgress | null) => {
    for (const { crew, jumpCount } of this.#riders) {
      crew.onPhase(phase, jump === null ? null : { ...jump, count: jumpCount });
    }
  };

  #ended(end: LineEnd): void {
    const leader = this.#leader;
    this.#line = null;
    const asks = this.#channels === null && end.end.kind !== 'lost';
    for (const rider of [...this.#riders]) {
      if (asks && rider.crew.owner !== leader) continue;
      this.#riders.delete(rider);
      rider.onEnd(end);
    }
    if (asks) return;
    this.#isGone = true;
    this.#onGone();
  }
}
