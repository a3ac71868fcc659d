/**
 * Who could reach a listener that is bound to an address, judged from the address alone.
 * `localhost` and the empty address mean loopback; `*`, `0.0.0.0` and `::` mean every address.
 * (OpenSSH ssh(1), option -L; RFC 4254 section 7.1.)
 */
export type BindScope = 'loopback' | 'all' | 'one';

/** Judges a bind address as the user wrote it. */
export function bindScope(address: string): BindScope {
  const text = address.trim().toLowerCase();
  if (text === '' || text === 'localhost' || text === '::1' || /^127(?:\.\d{1,3}){3}$/.test(text)) {
    return 'loopback';
  }
  if (text === '*' || text === '0.0.0.0' || text === '::' || /^(?:0{1,4}:){7}0{1,4}$/.test(text))
    return 'all';
  return 'one';
}

/** Claims that a listener there can be reached from other computers, so that the user must agree first. */
export function isExposed(address: string): boolean {
  return bindScope(address) !== 'loopback';
}

/** Claims that the user has agreed to exactly this exposure: another address needs another yes. */
export function isExposureConfirmed(forward: {
  readonly bind: { readonly address: string };
  readonly exposureConfirmedFor?: string | undefined;
}): boolean {
  return !isExposed(forward.bind.address) || forward.exposureConfirmedFor === forward.bind.address;
}
