import { parseIp, unmapIp } from './listener-address.ts';

/**
 * Who could reach a listener that is bound to an address, judged from the address alone.
 * `localhost` and the empty address mean loopback; `*`, `0.0.0.0` and `::` mean every address.
 * (OpenSSH ssh(1), option -L; RFC 4254 section 7.1.)
 */
export type BindScope = 'loopback' | 'all' | 'one';

/** Judges a bind address as the user wrote it. */
export function bindScope(address: string): BindScope {
  const text = address.trim().toLowerCase();
  if (text === '' || text === 'localhost') return 'loopback';
  if (text === '*') return 'all';
  const ip = parseIp(text);
  if (ip === null) return 'one';
  const { bytes } = unmapIp(ip);
  if (bytes.every((byte) => byte === 0)) return 'all';
  const isLoopback =
    bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
  return isLoopback ? 'loopback' : 'one';
}

/** Claims that a listener there can be reached from other computers, so that the user must agree first. */
export function isExposed(address: string): boolean {
  return bindScope(address) !== 'loopback';
}
