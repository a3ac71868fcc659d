import type { Endpoint } from '#shared/endpoint.ts';
import { isSameAddress } from '#shared/listener-address.ts';

/** The wait for one client of a remote forward. */
export interface AwaitedArrival {
  /** Resolves once it came, or never. */
  readonly came: Promise<'came'>;
  stop(): void;
}

/** Who comes in by the entrance of a remote forward, for whoever sends a connection there himself. */
export class Arrivals {
  #count = 0;
  readonly #awaited = new Map<string, Set<() => void>>();

  /** How many came, whatever became of them. */
  get count(): number {
    return this.#count;
  }

  /** Notes one who comes. True for the one that is awaited from there: it is to be turned back. */
  note({ host }: Endpoint): boolean {
    this.#count += 1;
    for (const [address, awaiting] of this.#awaited) {
      const [first] = isSameAddress(address, host) ? awaiting : [];
      if (first === undefined) continue;
      awaiting.delete(first);
      first();
      return true;
    }
    return false;
  }

  /** Awaits the next one from this address. */
  awaitFrom(address: string): AwaitedArrival {
    let sayCame: () => void = () => {};
    const came = new Promise<'came'>((resolve) => {
      sayCame = () => resolve('came');
    });
    const awaiting = this.#awaited.get(address) ?? new Set();
    this.#awaited.set(address, awaiting.add(sayCame));
    return { came, stop: () => void awaiting.delete(sayCame) };
  }
}
