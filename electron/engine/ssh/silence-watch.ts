import { performance } from 'node:perf_hooks';

/** How a session notices that the other side is gone (ssh_config(5), ServerAliveInterval and ServerAliveCountMax). */
export interface KeepalivePolicy {
  /** Milliseconds between our signs of life, to each of which the server must answer. */
  readonly intervalMs: number;
  /** How many intervals of silence are borne. */
  readonly countMax: number;
}

/** What is watched: anything that counts the bytes that arrived. */
interface ByteSource {
  readonly bytesRead: number;
}

/** Looks at the count so often per interval: a look too early, twice, must still leave the promised limit. */
const LOOKS_PER_INTERVAL = 8;

/** However seldom it is asked otherwise: after waking up, what is left of a hurry must not be slept through. */
const MAX_LOOK_MS = 2_000;

/** The network needs some seconds to come back after waking up, but not the minutes that an interval can have. */
const MAX_HURRY_MS = 20_000;

/**
 * Notices true silence: no byte at all for the policy's time. ssh2's own keepalive counts unanswered pings
 * and so cuts a link whose slow uplink delays them although bytes still arrive. Here ssh2 only sends the
 * pings (its count is switched off), and any byte that comes in counts as a sign of life.
 *
 * The clock is monotonic. Time in which this process did not look (it was busy or stopped, or the computer slept)
 * is no silence: bytes that came meanwhile are read only after the look that is late.
 */
export class SilenceWatch {
  readonly #source: ByteSource;
  readonly #onSilent: (silentForMs: number) => void;
  readonly #monotonicMs: () => number;
  readonly #limitMs: number;
  readonly #intervalMs: number;
  readonly #lookEveryMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastCount: number;
  #heardAt: number;
  #lookedAt: number;
  #deadline = Number.POSITIVE_INFINITY;

  /** `onSilent` is called once, at most `intervalMs * (countMax + 1)` after the last byte. */
  constructor(
    source: ByteSource,
    policy: KeepalivePolicy,
    onSilent: (silentForMs: number) => void,
    monotonicMs = () => performance.now(),
  ) {
    this.#source = source;
    this.#onSilent = onSilent;
    this.#monotonicMs = monotonicMs;
    this.#intervalMs = policy.intervalMs;
    this.#limitMs = policy.intervalMs * (policy.countMax + 0.5);
    this.#lookEveryMs = Math.min(policy.intervalMs / LOOKS_PER_INTERVAL, MAX_LOOK_MS);
    this.#lastCount = source.bytesRead;
    this.#heardAt = monotonicMs();
    this.#lookedAt = this.#heardAt;
    this.#timer = setInterval(() => this.#look(), this.#lookEveryMs);
  }

  /** How long nothing has come, in milliseconds. */
  get silentForMs(): number {
    return this.#monotonicMs() - this.#heardAt;
  }

  /** After waking up, when the server was just asked: gives it 1.5 intervals for its answer, 20 s at most. */
  hurry(): void {
    const now = this.#monotonicMs();
    // Neither what came before nor the time slept belongs to what is given now, though no look has seen either yet.
    this.#passOver(now);
    this.#hear(now);
    // Waking up twice gives no more time.
    this.#deadline = Math.min(this.#deadline, now + Math.min(this.#intervalMs * 1.5, MAX_HURRY_MS));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Takes the time in which nobody looked, if there was any, for no silence. */
  #passOver(now: number): void {
    const lateByMs = now - this.#lookedAt - this.#lookEveryMs;
    this.#lookedAt = now;
    if (lateByMs <= this.#lookEveryMs) return;
    this.#heardAt += lateByMs;
    this.#deadline += lateByMs;
  }

  /** Claims that bytes came since it was last called: a sign of life. */
  #hear(now: number): boolean {
    if (this.#source.bytesRead === this.#lastCount) return false;
    this.#lastCount = this.#source.bytesRead;
    this.#heardAt = now;
    this.#deadline = Number.POSITIVE_INFINITY;
    return true;
  }

  #look(): void {
    const now = this.#monotonicMs();
    this.#passOver(now);
    if (this.#hear(now)) return;
    const silentForMs = now - this.#heardAt;
    if (silentForMs < this.#limitMs && now < this.#deadline) return;
    this.stop();
    this.#onSilent(silentForMs);
  }
}
