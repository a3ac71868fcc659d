import type { ListenersResult } from '#shared/listener.ts';
import { type OurListener, tagOurListeners } from './our-listeners.ts';

interface LostListenersOptions {
  /** Where our tunnels listen, as far as we know. */
  ours(): readonly OurListener[];
  /** This computer's listeners, as the system has them. */
  list(): Promise<ListenersResult>;
  /** One of ours is not there any more, though nobody told us. */
  onLost(listener: OurListener): void;
}

/** A listener is lost after so many looks in a row in which it is missing: the system's table is no picture of one moment. */
const MISSED_LOOKS = 2;

/**
 * Finds our listeners that the system has closed under us (`ss -K`, ss(8)): Node is not told of that, and goes on
 * believing that it listens. Only one that was seen as ours before can be lost, so that a system which does not show us
 * our own sockets changes nothing.
 */
export class LostListeners {
  readonly #options: LostListenersOptions;
  /** In how many looks in a row each was missing, for those that were ever seen. */
  #missed: ReadonlyMap<string, number> = new Map();

  constructor(options: LostListenersOptions) {
    this.#options = options;
  }

  /** Looks once. A look that fails says nothing. */
  async look(): Promise<void> {
    const { ours, list, onLost } = this.#options;
    const before = ours();
    if (before.length === 0) {
      this.#missed = new Map();
      return;
    }
    const listed = await list();
    if (!listed.ok) return;
    const seen = new Set(
      before
        .filter((listener) => tagOurListeners(listed.value, [listener]).some((each) => each.ours !== null))
        .map(keyOf),
    );
    const missed = new Map<string, number>();
    // Those of now: what was closed meanwhile is missing with good reason.
    for (const listener of ours()) {
      const key = keyOf(listener);
      const known = this.#missed.get(key);
      if (seen.has(key)) missed.set(key, 0);
      else if (known !== undefined && known + 1 < MISSED_LOOKS) missed.set(key, known + 1);
      else if (known !== undefined) onLost(listener);
    }
    this.#missed = missed;
  }
}

function keyOf({ tunnelId, forwardId, address, port }: OurListener): string {
  return `${tunnelId} ${forwardId} ${address} ${port}`;
}
