import { isTransient, type TunnelError } from '#shared/tunnel-error.ts';
import type { ConnectPhase, JumpProgress } from '#shared/tunnel-state.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { LoginDesk } from '../ssh/login-desk.ts';
import type { Crew } from './crew.ts';
import type { JumpPool, Ride, Rider } from './jump-pool.ts';
import { Line, type LineEnd } from './line.ts';
import { lastHop, type Way } from './way.ts';

/**
 * The session to one jump host. The first rider's crew logs in, and its tunnel shows what is asked; the others wait for
 * it, and say so. When that attempt ends with a question open (a key to trust, a password) they wait on, until the crew comes
 * back with the answer, or is let go and the next one tries. A no is a no for all: nobody is asked the same thing twice.
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
  #isAsking = false;
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
    else if (this.#isAsking) this.#tellOne(rider, 'auth', this.#waiting());
    return {
      isLost: () => channels?.isLost() ?? this.#channels?.isLost() ?? this.#isGone,
      verify: () => this.#line?.verify(),
      proveAlive: async () => (await this.#line?.proveAlive()) ?? !this.#isGone,
      leave: () => this.#leave(rider),
    };
  }

  /** This tunnel is done: it rides no more, and answers no question. */
  letGo(owner: object): void {
    for (const rider of this.#riders) if (rider.crew.owner === owner) this.#riders.delete(rider);
    if (this.#leader === owner && this.#channels === null) void this.#handOver();
  }

  /** The tunnel that logs in, or is asked, was told no by its user: so are all that wait for it. */
  decline(owner: object, error: TunnelError): void {
    if (this.#leader !== owner || this.#channels !== null) return;
    const end: LineEnd = { end: { kind: 'lost', error }, hop: lastHop(this.#way) };
    for (const rider of [...this.#riders]) {
      if (rider.crew.owner === owner) continue;
      this.#riders.delete(rider);
      rider.onEnd(end);
    }
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
    this.#isAsking = false;
    await line?.close();
    if (this.#isGone || this.#line !== null) return;
    const [next] = this.#riders;
    if (next !== undefined) this.#lead(next);
  }

  #lead(rider: Rider): void {
    const { crew, jumpCount, timings } = rider;
    this.#leader = crew.owner;
    this.#isAsking = false;
    const line: Line = new Line({
      way: this.#way,
      jumpCount,
      jumps: this.#pool,
      timings,
      crew: { owner: crew.owner, deskFor: (account) => this.#noting(crew, account), onPhase: this.#tellAll },
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
    for (const rider of this.#riders) this.#tellOne(rider, phase, jump);
  };

  #tellOne({ crew, jumpCount }: Rider, phase: ConnectPhase, jump: JumpProgress | null): void {
    crew.onPhase(phase, jump === null ? null : { ...jump, count: jumpCount });
  }

  /** The crew's desk, with the others told while a person is asked. */
  #noting(crew: Crew, account: Parameters<Crew['deskFor']>[0]): LoginDesk {
    const desk = crew.deskFor(account);
    return {
      ...desk,
      ask: async (question) => {
        this.#isAsking = true;
        this.#tellAll('auth', this.#waiting());
        const answers = await desk.ask(question);
        this.#isAsking = false;
        const { waitsForAnswer: _over, ...progress } = this.#waiting();
        this.#tellAll('auth', progress);
        return answers;
      },
    };
  }

  #waiting(): JumpProgress {
    const { host, port } = lastHop(this.#way).server;
    const number = this.#way.hops.length;
    return { host, port, number, count: number, waitsForAnswer: true };
  }

  #ended(end: LineEnd): void {
    const leader = this.#leader;
    this.#line = null;
    const asks = this.#channels === null && this.#leavesQuestion(end);
    if (asks) {
      this.#isAsking = true;
      this.#tellAll('auth', this.#waiting());
    }
    for (const rider of [...this.#riders]) {
      if (asks && rider.crew.owner !== leader) continue;
      this.#riders.delete(rider);
      rider.onEnd(end);
    }
    if (asks) return;
    this.#isGone = true;
    this.#onGone();
  }

  /** Claims that the leader's tunnel shows a question still, whose answer begins the next attempt. */
  #leavesQuestion({ end }: LineEnd): boolean {
    return end.kind === 'lost' ? this.#isAsking && isTransient(end.error) : true;
  }
}
