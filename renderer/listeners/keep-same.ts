import type { SystemListener } from '#shared/listener.ts';
import { isSameData } from '../store/same-data.ts';
import { listenerKey } from './listener-rows.ts';

/** The new list, with the old objects for what did not change, so that only changed rows are drawn again. */
export function keepSame(
  before: readonly SystemListener[],
  after: readonly SystemListener[],
): readonly SystemListener[] {
  const known = new Map(before.map((listener) => [listenerKey(listener), listener]));
  return after.map((listener) => {
    const old = known.get(listenerKey(listener));
    return old && isSameData(old, listener) ? old : listener;
  });
}
