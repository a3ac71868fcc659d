/**
 * Claims that a structured-cloned value is no larger than so many characters and values together. Looks no further
 * than the limit, so that a huge message costs no more than a large one; cycles end there, too.
 */
export function isWithinSize(value: unknown, limit: number): boolean {
  let left = limit;
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    left -= 1;
    if (typeof next === 'string') left -= next.length;
    if (left < 0) return false;
    if (typeof next !== 'object' || next === null) continue;
    // The contract knows plain data only; buffers and the like would hide their size.
    const isPlain = Array.isArray(next) || Object.getPrototypeOf(next) === Object.prototype;
    if (!isPlain) return false;
    if (Array.isArray(next)) {
      // Also what is not there: an array of four thousand million holes is sent in a moment, and parsed never.
      left -= next.length;
      if (left < 0) return false;
      for (const member of next) pending.push(member);
      continue;
    }
    for (const [key, member] of Object.entries(next)) {
      left -= key.length;
      pending.push(member);
    }
  }
  return true;
}
