import type { Forward } from '#shared/profile.ts';

/**
 * What a button that stops another tunnel says: a tunnel ends whole, so with forwards that have nothing to do with the
 * port in question. Those that are switched off are not stopped.
 */
export function stopWords(name: string, forwards: readonly Pick<Forward, 'enabled'>[]): string {
  const count = forwards.filter(({ enabled }) => enabled).length;
  if (count < 2) return `Stop “${name}”`;
  return `Stop “${name}” (${count === 2 ? 'both' : `all ${count}`} of its forwards)`;
}
