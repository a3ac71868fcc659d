/** How long programs may take to go once nobody needs them, in milliseconds. */
const GOODBYE_MS = 2_000;

/**
 * The programs that are the way to servers, each the leader of a process group with whatever it starts: ended as one, whether or
 * not the leader is still there, and for certain. None outlives the engine that started it.
 */
export class ProgramGroups {
  /** By the leader's process id, with the time when patience ends. */
  readonly #groups = new Map<number, NodeJS.Timeout | null>();
  readonly #onChange: (leaders: readonly number[]) => void;

  /** `onChange` is told who there is now. */
  constructor(onChange: (leaders: readonly number[]) => void) {
    this.#onChange = onChange;
  }

  add(leader: number): void {
    this.#groups.set(leader, null);
    this.#changed();
  }

  /** Asks a group to go, gently first: `ssh -W`, for one, says goodbye to its server. Idempotent. */
  end(leader: number): void {
    if (this.#groups.get(leader) !== null) return;
    if (!signal(leader, 'SIGTERM')) {
      this.#groups.delete(leader);
      this.#changed();
      return;
    }
    const timer = setTimeout(() => this.#kill(leader), GOODBYE_MS);
    this.#groups.set(leader, timer);
  }

  /** The engine ends: no more patience with anybody. */
  close(): void {
    for (const leader of [...this.#groups.keys()]) this.#kill(leader);
  }

  #kill(leader: number): void {
    clearTimeout(this.#groups.get(leader) ?? undefined);
    this.#groups.delete(leader);
    signal(leader, 'SIGKILL');
    this.#changed();
  }

  #changed(): void {
    this.#onChange([...this.#groups.keys()]);
  }
}

/** False when nobody of the group is left. Windows has no groups: there it is the leader alone. */
function signal(leader: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, name);
    return true;
  } catch {
    return false;
  }
}
