/**
 * Writes a span for people by its two largest units: `12 s`, `4 min`, `3 h 12 min`, `2 d 5 h`. Milliseconds in;
 * negative or not finite becomes `0 s`.
 */
export function formatDuration(milliseconds: number): string {
  const seconds = Number.isFinite(milliseconds) ? Math.max(0, Math.floor(milliseconds / 1000)) : 0;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** Writes how long ago something was, for people: `just now`, `4 min ago`. Milliseconds in. */
export function formatAgo(milliseconds: number): string {
  return milliseconds < 2000 ? 'just now' : `${formatDuration(milliseconds)} ago`;
}
