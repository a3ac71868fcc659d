import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline-path.ts';

describe('the sparkline', () => {
  it('is nothing while nothing flows', () => {
    expect(sparklinePath([0, 0, 0], 10, 90, 16)).toBeNull();
    expect(sparklinePath([5], 10, 90, 16)).toBeNull();
  });

  it('ends at the right edge and touches the top at its highest', () => {
    expect(sparklinePath([0, 10], 10, 90, 16)).toBe('M80.0 15.0L90.0 1.0');
  });
});
