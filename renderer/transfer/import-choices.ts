import type { ImportChoice, ImportOffer, Offered } from '#shared/transfer/import-offer.ts';

/** What a person can want of one tunnel of a file. */
export type Wish = 'leaveOut' | ImportChoice['as'];

/** What they want of each, by its number. */
export type Wishes = ReadonlyMap<number, Wish>;

/** To begin with, what is new is added; what is here already is left as it is. */
export function firstWishes({ tunnels }: ImportOffer): Wishes {
  return new Map(tunnels.map((tunnel) => [tunnel.number, firstWish(tunnel)]));
}

function firstWish(tunnel: Offered): Wish {
  return tunnel.kind === 'good' && tunnel.twin === null ? 'new' : 'leaveOut';
}

/** What to ask of the app. */
export function choicesOf(wishes: Wishes): ImportChoice[] {
  return [...wishes].flatMap(([number, wish]) => (wish === 'leaveOut' ? [] : [{ number, as: wish }]));
}

/** What was done, such as `Imported 2 tunnels and replaced 1. None is started.` */
export function doneWords({
  added,
  replaced,
}: {
  readonly added: number;
  readonly replaced: number;
}): string {
  const parts = [
    ...(added > 0 ? [`imported ${added === 1 ? '1 tunnel' : `${added} tunnels`}`] : []),
    ...(replaced > 0 ? [`replaced ${replaced === 1 ? '1 tunnel' : `${replaced} tunnels`}`] : []),
  ];
  const text = parts.join(' and ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. Nothing is started.`;
}
