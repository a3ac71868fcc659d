const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/**
 * Writes an amount of bytes for people in decimal units (1 kB = 1000 B, as IEC 80000-13 has it):
 * whole bytes, one decimal below 10 of a unit, none above. Negative or not finite becomes `0 B`.
 */
export function formatBytes(bytes: number): string {
  let value = Number.isFinite(bytes) && bytes > 0 ? bytes : 0;
  let unit = 0;
  while (unit < UNITS.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? Math.round(value).toString() : shorten(value);
  return `${digits} ${UNITS[unit]}`;
}

/** Writes a rate for people: `1.2 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

function shorten(value: number): string {
  return Number(value.toFixed(1)) < 10 ? value.toFixed(1) : Math.round(value).toString();
}
