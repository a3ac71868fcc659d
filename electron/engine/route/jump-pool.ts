import type { TunnelError } from '#shared/tunnel-error.ts';
import { Closings } from '../closings.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import type { SessionTimings } from '../ssh/session.ts';
import type { Crew } from './crew.ts';
import { Jump } from './jump.ts';
import type { LineEnd } from './line.ts';
import type { ProgramGroups } from './proxy/program-groups.ts';
import { type Way, wayBefore, wayIdentity } from './way.ts';

/** What a line that goes on from a jump host wants of it. */
export interface Rider {
  readonly crew: Crew;
  readonly jumpCount: number;
  readonly timings: SessionTimings;
  /** The jump host's session is open: called once. */
  onOpen(channels: ChannelSource): void;
  /** It did not come to be, or is lost: called once, unless the rider left before. */
  onEnd(end: LineEnd): void;
}

/** A rider's hold on a jump host's session. */
export interface Ride {
  /** Claims that the session beneath is gone, so that `onEnd` is sure to follow. */
  isLost(): boolean;
  /** Finds out soon whether the jump host is still there. */
  verify(): void;
  /**
   * Finds out at once whether the jump host, and every one before it, is still there. False: one of them is not, and `onEnd`
   * follows.
   */
  proveAlive(): Promise<boolean>;
  /** Idempotent. */
  leave(): void;
}

/**
 * The sessions to jump hosts of one engine, shared by all lines that go the same way. A session is opened for the first
 * who wants it and kept, also while they reconnect, until every tunnel that went by it has said that it is done.
 */
export class JumpPool {
  readonly programs: ProgramGroups;
  readonly #jumps = new Map<string, Jump>();
  /** The jump hosts that each tunnel goes by, the ones before the last too: whoever opened those may be done before it. */
  readonly #wanted = new Map<object, Set<string>>();
  readonly #closings = new Closings();

  /** `programs`: those that ways begin with. */
  constructor(programs: ProgramGroups) {
    this.programs = programs;
  }

  /** Goes to the last server of this way. */
  ride(way: Way, rider: Rider): Ride {
    this.#want(rider.crew.owner, way);
    const key = wayIdentity(way);
    const jump = this.#jumps.get(key) ?? new Jump(way, this, () => this.#jumps.delete(key));
    this.#jumps.set(key, jump);
    return jump.board(rider);
  }

  /** This tunnel is done, or will go another way. What nobody wants any more is closed; resolves when it is. */
  async dismiss(owner: object): Promise<void> {
    this.#wanted.delete(owner);
    for (const [key, jump] of this.#jumps) {
      jump.letGo(owner);
      if ([...this.#wanted.values()].some((keys) => keys.has(key))) continue;
      this.#jumps.delete(key);
      this.#closings.add(jump.close());
    }
    await this.#closings.done();
  }

  /** This tunnel's user said no to what a jump host asked: nobody else who waits for it is asked again. */
  decline(owner: object, error: TunnelError): void {
    for (const jump of this.#jumps.values()) jump.decline(owner, error);
  }

  #want(owner: object, way: Way): void {
    const keys = this.#wanted.get(owner) ?? new Set();
    this.#wanted.set(owner, keys);
    for (let part: Way | null = way; part !== null; part = wayBefore(part)) keys.add(wayIdentity(part));
  }
}
