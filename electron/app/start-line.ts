/** How many tunnels connect at once: below the ten at which sshd begins to drop them (sshd_config(5), MaxStartups). */
export const MAX_CONNECTING = 8;
/** A server that does not answer holds up the others no longer than this. */
export const PATIENCE_MS = 1_000;

/**
 * The line in which many tunnels wait for their turn to start, so that 200 of them neither stall the engine
 * with key exchanges nor flood one server with logins.
 */
export class StartLine {
  readonly #start: (id: string) => Promise<unknown>;
  readonly #waiting = new Set<string>();
  readonly #connecting = new Map<string, NodeJS.Timeout>();

  constructor(start: (id: string) => Promise<unknown>) {
    this.#start = start;
  }

  /** Puts tunnels at the end of the line; those in it keep their place, and those at the counter stay there. */
  add(ids: Iterable<string>): void {
    for (const id of ids) if (!this.#connecting.has(id)) this.#waiting.add(id);
    this.#advance();
  }

  /** Takes a tunnel out of the line. One whose turn has come is not held back. */
  remove(id: string): void {
    this.#waiting.delete(id);
  }

  /** The tunnel connects no longer: it is open, failed, waits, or needs somebody. */
  settled(id: string): void {
    const timer = this.#connecting.get(id);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#connecting.delete(id);
    this.#advance();
  }

  /** Sends everybody home, and says who was still waiting. */
  clear(): readonly string[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const timer of this.#connecting.values()) clearTimeout(timer);
    this.#connecting.clear();
    return waiting;
  }

  #advance(): void {
    for (const id of this.#waiting) {
      if (this.#connecting.size >= MAX_CONNECTING) return;
      this.#waiting.delete(id);
      this.#connecting.set(
        id,
        setTimeout(() => this.settled(id), PATIENCE_MS),
      );
      void this.#start(id);
    }
  }
}
