import { bindScope } from './exposure.ts';
import type { Forward } from './profile.ts';

/** Two forwards of one profile that want the same port on the same computer: the second can never listen. */
export interface ForwardClash {
  /** Index of the forward that comes too late. */
  readonly index: number;
  /** Index of the one that has the port. */
  readonly with: number;
}

/** Finds forwards that cannot listen side by side. Port 0 never clashes: the server chooses a free one. */
export function findClashes(forwards: readonly Forward[]): readonly ForwardClash[] {
  return forwards.flatMap((forward, index) => {
    const earlier = forwards.slice(0, index).findIndex((other) => clash(forward, other));
    return earlier === -1 ? [] : [{ index, with: earlier }];
  });
}

function clash(a: Forward, b: Forward): boolean {
  if ((a.kind === 'remote') !== (b.kind === 'remote')) return false;
  if (a.bind.port !== b.bind.port || a.bind.port === 0) return false;
  const [scopeA, scopeB] = [bindScope(a.bind.address), bindScope(b.bind.address)];
  if (scopeA === 'all' || scopeB === 'all') return true;
  return scopeA === 'loopback' ? scopeB === 'loopback' : a.bind.address === b.bind.address;
}
