import { bindScope } from './exposure.ts';
import { formatIp, parseIp, unmapIp } from './listener-address.ts';
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

/** What a forward wants to listen on. */
export type Entrance = Pick<Forward, 'kind' | 'bind'>;

/** Claims that two forwards can never listen at the same time. */
export function clash(a: Entrance, b: Entrance): boolean {
  if ((a.kind === 'remote') !== (b.kind === 'remote')) return false;
  if (a.bind.port !== b.bind.port || a.bind.port === 0) return false;
  if (bindScope(a.bind.address) === 'all' || bindScope(b.bind.address) === 'all') return true;
  const taken = addressesOf(b.bind.address);
  return addressesOf(a.bind.address).some((address) => taken.includes(address));
}

/** The addresses that a listener takes, written the one recommended way: `localhost` is both loopback addresses. */
function addressesOf(address: string): readonly string[] {
  const text = address.trim().toLowerCase();
  if (text === '' || text === 'localhost') return ['127.0.0.1', '::1'];
  const ip = parseIp(text);
  return [ip === null ? text : formatIp(unmapIp(ip))];
}
