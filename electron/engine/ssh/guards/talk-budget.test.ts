import { describe, expect, it } from 'vitest';
import { TalkBudget } from './talk-budget.ts';

describe('the budget for empty talk', () => {
  it('bears the keepalives of a session of many days', () => {
    let now = 0;
    const budget = new TalkBudget(() => now);
    let refusals = 0;
    for (let second = 0; second < 3 * 24 * 3600; second += 1) {
      now += 1000;
      if (!budget.spend(40)) refusals += 1;
    }
    expect(refusals).toBe(0);
  });

  it('bears a burst, and no flood', () => {
    const budget = new TalkBudget(() => 0);
    let borne = 0;
    while (budget.spend(40)) borne += 1;
    expect(borne).toBeGreaterThan(3000);
    expect(borne).toBeLessThan(4000);
  });

  it('has all of it again after a while', () => {
    let now = 0;
    const budget = new TalkBudget(() => now);
    while (budget.spend(30_000));
    now += 120_000;
    expect(budget.spend(900_000)).toBe(true);
  });
});
