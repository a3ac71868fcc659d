import { describe, expect, it } from 'vitest';
import type { ForwardTraffic } from '#shared/traffic.ts';
import { afterSample, HISTORY_LENGTH, totalRates } from './traffic-history.ts';

describe('the flow of a tunnel', () => {
  it('is the sum over its forwards', () => {
    const flows = afterSample({}, sampleOf(['a', [forwardOf(10, 1), forwardOf(20, 2)]]));
    expect(flows.a).toMatchObject({ receivedPerSecond: 30, sentPerSecond: 3, connectionsOpen: 2 });
  });

  it('remembers only the last seconds', () => {
    let flows = {};
    for (let rate = 1; rate <= HISTORY_LENGTH + 5; rate += 1) {
      flows = afterSample(flows, sampleOf(['a', [forwardOf(rate, 0)]]));
    }
    const { history } = (flows as ReturnType<typeof afterSample>).a ?? { history: [] };
    expect(history).toHaveLength(HISTORY_LENGTH);
    expect(history[0]).toBe(6);
    expect(history.at(-1)).toBe(HISTORY_LENGTH + 5);
  });

  it('is forgotten when the tunnel is no longer sampled', () => {
    const flows = afterSample({}, sampleOf(['a', [forwardOf(1, 1)]], ['b', [forwardOf(5, 0)]]));
    expect(Object.keys(afterSample(flows, sampleOf(['b', [forwardOf(5, 0)]])))).toEqual(['b']);
  });

  it('adds up over all tunnels', () => {
    const flows = afterSample({}, sampleOf(['a', [forwardOf(1, 2)]], ['b', [forwardOf(10, 20)]]));
    expect(totalRates(flows)).toEqual({ received: 11, sent: 22 });
  });
});

function forwardOf(receivedPerSecond: number, sentPerSecond: number): ForwardTraffic {
  return {
    id: 'f',
    received: 100,
    sent: 100,
    receivedPerSecond,
    sentPerSecond,
    connectionsOpen: 1,
    connectionsTotal: 1,
  };
}

function sampleOf(...tunnels: readonly (readonly [string, ForwardTraffic[]])[]) {
  return { at: 0, tunnels: tunnels.map(([id, forwards]) => ({ id, forwards })) };
}
