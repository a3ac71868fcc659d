/** Far deeper than any command goes: a profile's forwards have a few levels. */
const DEEPEST = 64;

/**
 * Claims that a structured-cloned value is plain data, no larger than so many characters and values together, and not too deep.
 * Looks no further than that, so that a huge message costs no more than a large one; what contains itself is too deep.
 */
export function isWithinSize(value: unknown, limit: number): boolean {
  let left = limit;
  const pending: unknown[] = [value];
  const depths: number[] = [0];
  while (pending.length > 0) {
    const next = pending.pop();
    const depth = depths.pop() ?? 0;
    left -= 1;
    if (typeof next === 'string') left -= next.length;
    if (left < 0) return false;
    if (typeof next !== 'object' || next === null) continue;
    if (depth >= DEEPEST) return false;
    // The contract knows plain data only; buffers and the like would hide their size.
    const isPlain = Array.isArray(next) || Object.getPrototypeOf(next) === Object.prototype;
    if (!isPlain) return false;
    // Also what is not there: an array of four thousand million holes is sent in a moment, and parsed never.
    if (Array.isArray(next)) left -= next.length;
    if (left < 0) return false;
    for (const member of Array.isArray(next) ? next : Object.values(next)) {
      pending.push(member);
      depths.push(depth + 1);
    }
    if (!Array.isArray(next)) for (const key of Object.keys(next)) left -= key.length;
  }
  return true;
}
