import type { Endpoint } from '#shared/endpoint.ts';
import type { Unsubscribe } from '../forward/channel-source.ts';
import type { OnTargetOutcome, TargetOutcome } from '../forward/target-outcome.ts';

/** What a forward's connections learn about their targets, for whoever wants to know it of one of them. */
export class OutcomeFeed {
  readonly #listeners = new Set<OnTargetOutcome>();

  tell(outcome: TargetOutcome, origin: Endpoint): void {
    for (const listener of [...this.#listeners]) listener(outcome, origin);
  }

  subscribe(listener: OnTargetOutcome): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Outcomes of others that are kept while it is not known yet which is ours. */
const KEPT_OUTCOMES = 256;

/**
 * The outcome of one's own connection among those of all clients. Watch first, connect then and say from where: the
 * listener can be quicker than the client's own notice that it is connected.
 */
export class OwnOutcome {
  /** Resolves with the outcome once it is there. */
  readonly found: Promise<TargetOutcome>;
  readonly #early = new Map<string, TargetOutcome>();
  readonly #stop: Unsubscribe;
  #own: string | null = null;
  #find: (outcome: TargetOutcome) => void = () => {};

  constructor(feed: OutcomeFeed) {
    this.found = new Promise((resolve) => {
      this.#find = resolve;
    });
    this.#stop = feed.subscribe((outcome, origin) => this.#note(outcome, clientKey(origin)));
  }

  /** Says which client we are. */
  isFrom(origin: Endpoint): void {
    this.#own = clientKey(origin);
    const outcome = this.#early.get(this.#own);
    this.#early.clear();
    if (outcome !== undefined) this.#find(outcome);
  }

  stop(): void {
    this.#stop();
  }

  #note(outcome: TargetOutcome, key: string): void {
    if (key === this.#own) this.#find(outcome);
    if (this.#own !== null) return;
    this.#early.set(key, outcome);
    const [oldest] = this.#early.keys();
    if (this.#early.size > KEPT_OUTCOMES && oldest !== undefined) this.#early.delete(oldest);
  }
}

/** A listener for both families sees IPv4 clients as `::ffff:127.0.0.1` (RFC 4291 section 2.5.5.2). */
function clientKey({ host, port }: Endpoint): string {
  return `${port} ${host.replace(/^::ffff:(?=\d+\.)/i, '')}`;
}
