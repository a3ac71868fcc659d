/** A sentence with the words of somebody else behind it, which may be none, or end as a sentence already. */
export function withDetail(what: string, detail: string): string {
  const text = detail.trim();
  if (text === '') return `${what}.`;
  return /[.!?…]$/.test(text) ? `${what}: ${text}` : `${what}: ${text}.`;
}
