import { describe, expect, it } from 'vitest';
import { columnsIn, intoRows } from './grid-rows.ts';

describe('the grid', () => {
  it('has as many columns as fit with their gaps, and at least one', () => {
    expect(columnsIn(814, 400, 14)).toBe(2);
    expect(columnsIn(813, 400, 14)).toBe(1);
    expect(columnsIn(100, 400, 14)).toBe(1);
  });

  it('keeps every item and the order', () => {
    expect(intoRows([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(intoRows([], 2)).toEqual([]);
  });
});
