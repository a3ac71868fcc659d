/** A port as typed; NaN for all that is not plain digits, which the schema then refuses in its own words. */
export function readPort(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN;
}
