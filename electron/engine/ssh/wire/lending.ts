import type { Readable } from 'node:stream';
import type { Block, GiveBack, InboundMemory } from './inbound-memory.ts';

/** The memory that the payload being delivered lies in; null while none is, or while it is the receiver's own. */
let lent: { readonly memory: InboundMemory; readonly block: Block } | null = null;

/** Delivers bytes that the receiver has for the time of this call only. Not to be nested but within `passOn`. */
export function lend<Result>(memory: InboundMemory, block: Block, deliver: () => Result): Result {
  lent = { memory, block };
  try {
    return deliver();
  } finally {
    lent = null;
  }
}

/**
 * Passes on bytes that are the receiver's own, in the middle of a delivery: to a session that runs over a channel of
 * another one, whose deliveries have nothing to do with what the outer one lends.
 */
export function passOn<Result>(deliver: () => Result): Result {
  const outer = lent;
  lent = null;
  try {
    return deliver();
  } finally {
    lent = outer;
  }
}

/** Claims that the bytes being delivered are lent: whoever stores them must copy or keep them. */
export function isLent(): boolean {
  return lent !== null;
}

/**
 * Keeps the memory of the bytes being delivered until it is given back. Null when nothing is lent, or when too much is
 * kept already: ask before the bytes are stored, and copy them then.
 */
export function keepLent(): GiveBack | null {
  return lent === null ? null : lent.memory.keep(lent.block);
}

/** Claims that a stream would hand bytes on in this very call: then they may go past it, in order, and need no copy. */
export function flowsFreely(stream: Readable): boolean {
  return stream.readableFlowing === true && stream.readableLength === 0;
}
