import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecordingEngine } from './app-fixture.ts';
import { EngineKeeper, MAX_CRASHES } from './engine-keeper.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function makeKeeper() {
  const startEngine = vi.fn<() => void>();
  return { keeper: new EngineKeeper(startEngine, () => Date.now()), startEngine };
}

describe('keeping an engine', () => {
  it('asks for one engine, however often it is told to start', () => {
    const { keeper, startEngine } = makeKeeper();
    keeper.start();
    keeper.start();
    keeper.ready(new RecordingEngine());
    keeper.start();
    expect(startEngine).toHaveBeenCalledTimes(1);
  });

  it('answers `unavailable` while there is none', async () => {
    const { keeper } = makeKeeper();
    expect(await keeper.call('engine.wake', null)).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
  });

  it('asks for another at once after a crash, and more slowly after each further one', () => {
    const { keeper, startEngine } = makeKeeper();
    keeper.start();
    const delays = Array.from({ length: MAX_CRASHES }, () => {
      const verdict = keeper.lost();
      vi.runAllTimers();
      return verdict?.kind === 'restarts' ? verdict.inMs : null;
    });
    expect(delays).toEqual([0, 500, 1000, 2000, 4000]);
    expect(startEngine).toHaveBeenCalledTimes(1 + MAX_CRASHES);
  });

  it('gives up after too many crashes in a minute, until a person asks', () => {
    const { keeper, startEngine } = makeKeeper();
    keeper.start();
    for (let count = 0; count < MAX_CRASHES; count += 1) {
      keeper.lost();
      vi.runAllTimers();
    }
    expect(keeper.lost()).toEqual({ kind: 'givenUp', crashes: MAX_CRASHES + 1 });
    vi.runAllTimers();
    expect(startEngine).toHaveBeenCalledTimes(1 + MAX_CRASHES);
    keeper.start();
    expect(startEngine).toHaveBeenCalledTimes(2 + MAX_CRASHES);
    expect(keeper.lost()).toEqual({ kind: 'restarts', inMs: 0 });
    vi.runAllTimers();
  });

  it('forgives crashes that are a minute old', () => {
    const { keeper } = makeKeeper();
    keeper.start();
    for (let count = 0; count < 3 * MAX_CRASHES; count += 1) {
      expect(keeper.lost()?.kind).toBe('restarts');
      vi.advanceTimersByTime(15_000);
    }
  });

  it('lets the engine close its tunnels, and wants no other afterwards', async () => {
    const { keeper, startEngine } = makeKeeper();
    const engine = new RecordingEngine();
    keeper.start();
    keeper.ready(engine);
    await keeper.close();
    expect(engine.calls).toEqual([{ name: 'engine.shutDown', input: null }]);
    expect(keeper.lost()).toBeNull();
    keeper.start();
    expect(vi.getTimerCount()).toBe(0);
    expect(startEngine).toHaveBeenCalledTimes(1);
  });
});
