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

/** Looks at the count so often per interval. */
const LOOKS_PER_INTERVAL = 4;

/**
 * Notices true silence: no byte at all for the policy's time. ssh2's own keepalive counts unanswered pings
 * and so cuts a link whose slow uplink delays them although bytes still arrive. Here ssh2 only sends the
 * pings (its count is switched off), and any byte that comes in counts as a sign of life.
 *
 * The clock is monotonic and stands still while the computer sleeps, so sleep is not taken for silence.
 */
export class SilenceWatch {
  readonly #source: ByteSource;
  readonly #onSilent: (silentForMs: number) => void;
  readonly #limitMs: number;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #lastCount: number;
  #heardAt = performance.now();
  #deadline = Number.POSITIVE_INFINITY;

  /** `onSilent` is called once, at most `intervalMs * (countMax + 1)` after the last byte. */
  constructor(source: ByteSource, policy: KeepalivePolicy, onSilent: (silentForMs: number) => void) {
    this.#source = source;
    this.#onSilent = onSilent;
    this.#intervalMs = policy.intervalMs;
    this.#limitMs = policy.intervalMs * (policy.countMax + 0.5);
    this.#lastCount = source.bytesRead;
    this.#timer = setInterval(() => this.#look(), policy.intervalMs / LOOKS_PER_INTERVAL);
  }

  /** After waking up: gives the server until its answer to the next ping, not the full time. */
  hurry(): void {
    this.#deadline = performance.now() + this.#intervalMs * 1.5;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    if (this.#source.bytesRead !== this.#lastCount) {
      this.#lastCount = this.#source.bytesRead;
      this.#heardAt = now;
      this.#deadline = Number.POSITIVE_INFINITY;
      return;
    }
    const silentForMs = now - this.#heardAt;
    if (silentForMs < this.#limitMs && now < this.#deadline) return;
    this.stop();
    this.#onSilent(silentForMs);
  }
}
