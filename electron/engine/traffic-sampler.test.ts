import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrafficSample } from '#shared/traffic.ts';
import { trafficSampleSchema } from '#shared/traffic.ts';
import { TrafficCounter } from './traffic-counter.ts';
import { type MeasuredTunnel, SAMPLE_INTERVAL_MS, TrafficSampler } from './traffic-sampler.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a traffic counter', () => {
  it('counts a client until it is gone, once', () => {
    const counter = new TrafficCounter();
    const first = counter.connectionOpened();
    counter.connectionOpened();
    first();
    first();
    expect(counter).toMatchObject({ connectionsOpen: 1, connectionsTotal: 2 });
  });
});

describe('a traffic sampler', () => {
  it('tells totals and the rates since the last sample, for all tunnels at once', () => {
    const [web, mail] = [new TrafficCounter(), new TrafficCounter()];
    const samples = sample([tunnel('a', web), tunnel('b', mail)]);
    web.received += 1000;
    mail.sent += 500;
    vi.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    web.received += 3000;
    vi.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    expect(samples.map(({ tunnels }) => tunnels.map(({ forwards }) => forwards[0]))).toMatchObject([
      [
        { received: 1000, receivedPerSecond: 1000, sent: 0, sentPerSecond: 0 },
        { received: 0, sent: 500, sentPerSecond: 500 },
      ],
      [
        { received: 4000, receivedPerSecond: 3000 },
        { sent: 500, sentPerSecond: 0 },
      ],
    ]);
    expect(trafficSampleSchema.parse(samples[0])).toEqual(samples[0]);
  });

  it('divides by the time that really passed', () => {
    let now = 0;
    const counter = new TrafficCounter();
    const samples = sample([tunnel('a', counter)], () => now);
    counter.received += 8000;
    now = 4000; // the timer came three seconds late
    vi.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    expect(samples[0]?.tunnels[0]?.forwards[0]).toMatchObject({ receivedPerSecond: 2000 });
  });

  it('shows no rate for what was carried before somebody looked', () => {
    const counter = new TrafficCounter();
    counter.received = 1e9;
    const tunnels: MeasuredTunnel[] = [];
    const samples = sample(tunnels);
    tunnels.push(tunnel('late', counter));
    vi.advanceTimersByTime(SAMPLE_INTERVAL_MS);
    expect(samples[0]?.tunnels[0]?.forwards[0]).toMatchObject({ received: 1e9, receivedPerSecond: 0 });
  });

  it('has no timer while nobody listens', () => {
    const sampler = new TrafficSampler(() => []);
    expect(vi.getTimerCount()).toBe(0);
    const stopFirst = sampler.subscribe(() => {});
    const stopSecond = sampler.subscribe(() => {});
    expect(vi.getTimerCount()).toBe(1);
    stopFirst();
    expect(vi.getTimerCount()).toBe(1);
    stopSecond();
    expect(vi.getTimerCount()).toBe(0);
  });
});

function tunnel(id: string, counter: TrafficCounter): MeasuredTunnel {
  return { id, forwards: [{ id: `${id}-forward`, counter }] };
}

/** Subscribes to a sampler of these tunnels; the samples appear in the returned list. */
function sample(tunnels: readonly MeasuredTunnel[], monotonicMs?: () => number): readonly TrafficSample[] {
  const samples: TrafficSample[] = [];
  new TrafficSampler(() => tunnels, monotonicMs).subscribe((taken) => samples.push(taken));
  return samples;
}
