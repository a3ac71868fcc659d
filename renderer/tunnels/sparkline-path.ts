/**
 * The line of a sparkline as an SVG path in a box of the given size: oldest at the left, the newest always at
 * the right edge, scaled to the highest value. Null while there is nothing but silence.
 */
export function sparklinePath(
  values: readonly number[],
  length: number,
  width: number,
  height: number,
): string | null {
  const top = Math.max(...values, 0);
  if (top === 0 || values.length < 2) return null;
  const step = width / (length - 1);
  const start = width - step * (values.length - 1);
  const points = values.map((value, i) => {
    const x = start + step * i;
    const y = height - 1 - (value / top) * (height - 2);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M${points.join('L')}`;
}
