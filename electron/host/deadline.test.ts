import { describe, expect, it } from 'vitest';
import { settlesWithin } from './deadline.ts';

describe('settlesWithin', () => {
  it('says whether it was in time', async () => {
    expect(await settlesWithin(10_000, Promise.resolve())).toBe(true);
    expect(await settlesWithin(1, new Promise(() => undefined))).toBe(false);
  });

  it('passes a failure on', async () => {
    await expect(settlesWithin(10_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
