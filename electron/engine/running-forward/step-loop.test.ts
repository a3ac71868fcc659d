import { describe, expect, it } from 'vitest';
import { StepLoop } from './step-loop.ts';

/** A loop whose steps end when they are told to. */
function heldLoop() {
  const ends: (() => void)[] = [];
  let atOnce = 0;
  let most = 0;
  const loop = new StepLoop(async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise<void>((resolve) => ends.push(resolve));
    atOnce -= 1;
  });
  return { loop, ends, most: () => most };
}

describe('a loop of steps', () => {
  it('begins the first step at once', () => {
    const { loop, ends } = heldLoop();
    loop.ask();
    expect(ends).toHaveLength(1);
    expect(loop.isAskedFor).toBe(false);
  });

  it('takes one more step for all that was asked during one, and never two at a time', async () => {
    const { loop, ends, most } = heldLoop();
    loop.ask();
    loop.ask();
    loop.ask();
    expect(loop.isAskedFor).toBe(true);
    const rest = loop.rest();
    ends[0]?.();
    await Promise.resolve();
    await expect.poll(() => ends.length).toBe(2);
    ends[1]?.();
    await rest;
    expect(ends).toHaveLength(2);
    expect(most()).toBe(1);
  });

  it('begins anew after a rest', async () => {
    const { loop, ends } = heldLoop();
    loop.ask();
    ends[0]?.();
    await loop.rest();
    loop.ask();
    expect(ends).toHaveLength(2);
  });

  it('takes the step that is asked for in whatever moment the last one ends', async () => {
    for (let turns = 0; turns < 12; turns += 1) {
      let steps = 0;
      const loop = new StepLoop(async () => {
        steps += 1;
      });
      loop.ask();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      loop.ask();
      await new Promise((resolve) => setImmediate(resolve));
      expect([turns, steps]).toEqual([turns, 2]);
    }
  });
});
