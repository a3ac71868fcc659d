import type { Forward } from '#shared/profile.ts';

/** Claims that what is open for one rule serves the other as well. */
export function sameRule(a: Forward, b: Forward): boolean {
  return (
    a.kind === b.kind && a.bind.address === b.bind.address && a.bind.port === b.bind.port && sameTarget(a, b)
  );
}

/** Claims that both lead to the same target; those of SOCKS are its clients' choice. */
export function sameTarget(a: Forward, b: Forward): boolean {
  if (a.kind === 'dynamic' || b.kind === 'dynamic') return a.kind === b.kind;
  return a.target.host === b.target.host && a.target.port === b.target.port;
}
