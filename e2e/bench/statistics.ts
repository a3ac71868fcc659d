/** The value below which the share `p` (0 to 1) of the values lies, by the nearest rank. Throws for no values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('No values to take a percentile of.');
  return value;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const reversed = values.map((value) => -value);
  return (percentile(values, 0.5) - percentile(reversed, 0.5)) / 2;
}
