import type { ForwardTraffic, TrafficSample } from '#shared/traffic.ts';
import type { TrafficCounter } from './traffic-counter.ts';

/** One tunnel that is not stopped, with the counters of its forwards. */
export interface MeasuredTunnel {
  readonly id: string;
  readonly forwards: Iterable<{ readonly id: string; readonly counter: TrafficCounter }>;
}

/** How often a sample is taken, in milliseconds. */
export const SAMPLE_INTERVAL_MS = 1000;

/** Takes one sample of all tunnels a second, as long as somebody listens. */
export class TrafficSampler {
  readonly #tunnels: () => Iterable<MeasuredTunnel>;
  readonly #monotonicMs: () => number;
  readonly #listeners = new Set<(sample: TrafficSample) => void>();
  #timer: NodeJS.Timeout | undefined;
  #lastTick: Tick = { atMs: 0, totals: new Map() };

  /** `tunnels` is asked at every tick; `monotonicMs` is a clock that never jumps. */
  constructor(tunnels: () => Iterable<MeasuredTunnel>, monotonicMs = () => performance.now()) {
    this.#tunnels = tunnels;
    this.#monotonicMs = monotonicMs;
  }

  /** Starts sampling for this listener; returns what stops it. The first sample comes after one interval. */
  subscribe(listener: (sample: TrafficSample) => void): () => void {
    this.#listeners.add(listener);
    if (this.#timer === undefined) {
      this.#sample();
      this.#timer = setInterval(() => this.#tick(), SAMPLE_INTERVAL_MS);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #tick(): void {
    const sample = this.#sample();
    for (const listener of this.#listeners) listener(sample);
  }

  #sample(): TrafficSample {
    const last = this.#lastTick;
    const tick: Tick = { atMs: this.#monotonicMs(), totals: new Map() };
    const seconds = (tick.atMs - last.atMs) / 1000;
    const tunnels = Array.from(this.#tunnels(), ({ id, forwards }) => ({
      id,
      forwards: Array.from(forwards, ({ id, counter }) => {
        const { received, sent } = counter;
        tick.totals.set(counter, { received, sent });
        return measure(id, counter, last.totals.get(counter), seconds);
      }),
    }));
    this.#lastTick = tick;
    return { at: Date.now(), tunnels };
  }
}

interface Totals {
  readonly received: number;
  readonly sent: number;
}

interface Tick {
  readonly atMs: number;
  readonly totals: Map<TrafficCounter, Totals>;
}

/** A counter seen for the first time has no rate yet: its bytes may be older than one tick. */
function measure(
  id: string,
  counter: TrafficCounter,
  before: Totals | undefined,
  seconds: number,
): ForwardTraffic {
  const { received, sent, connectionsOpen, connectionsTotal } = counter;
  const perSecond = (now: number, then: number | undefined) =>
    then === undefined || seconds <= 0 ? 0 : (now - then) / seconds;
  return {
    id,
    received,
    sent,
    receivedPerSecond: perSecond(received, before?.received),
    sentPerSecond: perSecond(sent, before?.sent),
    connectionsOpen,
    connectionsTotal,
  };
}
