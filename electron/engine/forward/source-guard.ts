import { isExposed } from '#shared/exposure.ts';
import type { Exposable } from '#shared/exposure-lease.ts';
import { formatIp, parseIp, unmapIp } from '#shared/listener-address.ts';
import { isInNetworks, parseSource, readSources, type SourceNetwork } from '#shared/source-network.ts';
import type { RefusedSources } from '#shared/tunnel-state.ts';

/** Who may come in at an entrance. */
export interface EntranceGuard {
  /** Claims that a client from this address may enter; undefined where it has left and has none any more. */
  admits(address: string | undefined): boolean;
  /** A client was turned away. */
  turnedAway(address: string | undefined): void;
}

/** An entrance that is open to whoever reaches it. */
export const OPEN_ENTRANCE: EntranceGuard = { admits: () => true, turnedAway: () => {} };

/** What of a forward decides who may enter. */
interface GuardedRule extends Exposable {
  readonly kind: 'local' | 'remote' | 'dynamic';
}

/** How many addresses are remembered: who knocks from everywhere must not fill the memory. */
const MAX_ADDRESSES = 5;

interface Refusals {
  readonly address: string;
  readonly count: number;
  readonly at: number;
}

/**
 * Lets in only the sources that a forward names, and remembers whom it turned away. This computer's own loopback is
 * never a stranger at an entrance on this computer. On the server it is: there everyone looks like loopback who comes
 * through another tunnel's end, such as a second hop.
 */
export class SourceGuard implements EntranceGuard {
  readonly #now: () => number;
  readonly #onTurnedAway: () => void;
  /** Null: anyone. */
  #networks: readonly SourceNetwork[] | null = null;
  #listed = '';
  #count = 0;
  /** The latest first. */
  #latest: readonly Refusals[] = [];

  constructor(options: { now(): number; onTurnedAway(): void }) {
    this.#now = options.now;
    this.#onTurnedAway = options.onTurnedAway;
  }

  /** Since Start; undefined where nobody was turned away. */
  get refused(): RefusedSources | undefined {
    return this.#count === 0 ? undefined : { count: this.#count, latest: [...this.#latest] };
  }

  /** Takes on a rule. Claims that others may enter by it than by the last one. */
  use({ kind, bind, allowFrom = [] }: GuardedRule): boolean {
    const sources = isExposed(bind.address) ? allowFrom : [];
    const listed = JSON.stringify([kind === 'remote', ...sources]);
    if (listed === this.#listed) return false;
    this.#listed = listed;
    const own = kind === 'remote' ? [] : OWN_LOOPBACK;
    this.#networks = sources.length === 0 ? null : [...own, ...readSources(sources)];
    return true;
  }

  admits(address: string | undefined): boolean {
    if (this.#networks === null) return true;
    const ip = address === undefined ? null : parseIp(address);
    return ip !== null && isInNetworks(ip, this.#networks);
  }

  turnedAway(address: string | undefined): void {
    const name = nameOf(address);
    const before = this.#latest.find((each) => each.address === name);
    const now = { address: name, count: (before?.count ?? 0) + 1, at: this.#now() };
    this.#count += 1;
    this.#latest = [now, ...this.#latest.filter((each) => each !== before)].slice(0, MAX_ADDRESSES);
    this.#onTurnedAway();
  }
}

const OWN_LOOPBACK = ['127.0.0.0/8', '::1'].flatMap((text) => parseSource(text) ?? []);

/** Only what is an address is shown: the server's word for it can be any text. */
function nameOf(address: string | undefined): string {
  const ip = address === undefined ? null : parseIp(address);
  return ip === null ? 'unknown' : formatIp(unmapIp(ip));
}
