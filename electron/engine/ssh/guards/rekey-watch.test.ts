import { describe, expect, it } from 'vitest';
import { RekeyWatch } from './rekey-watch.ts';

describe('the watch over new keys', () => {
  it('bears as many as there are if bytes or time pass in between', () => {
    let now = 0;
    const watch = new RekeyWatch(() => now);
    for (let count = 0; count < 500; count += 1) expect(watch.begins(count * 32_000)).toBe(true);
    for (let count = 0; count < 500; count += 1) {
      now += 1_100;
      expect(watch.begins(500 * 32_000)).toBe(true);
    }
  });

  it('does not bear them in quick succession', () => {
    const watch = new RekeyWatch(() => 0);
    let count = 0;
    while (watch.begins(count * 8_000)) count += 1;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(100);
  });
});
