import type { Forward } from '#shared/profile.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ChannelSource } from './forward/channel-source.ts';
import { RunningForward, type RunningForwardOptions } from './running-forward/running-forward.ts';

/** The forwards of one tunnel while it runs; each has its own state, and all have the same session. */
export class ForwardSet {
  readonly #options: RunningForwardOptions;
  #running: readonly RunningForward[] = [];
  #source: ChannelSource | null = null;

  constructor(options: RunningForwardOptions) {
    this.#options = options;
  }

  /** In the profile's order. */
  get running(): readonly RunningForward[] {
    return this.#running;
  }

  find(forwardId: string): RunningForward | undefined {
    return this.#running.find(({ id }) => id === forwardId);
  }

  /**
   * Takes on a profile's rules. What has to go is closed before anything new is opened, so that rules can swap
   * their ports. Resolves when the forwards whose rule is gone are really closed.
   */
  async arrange(rules: readonly Forward[]): Promise<void> {
    const old = new Map(this.#running.map((forward) => [forward.id, forward]));
    const released: Promise<void>[] = [];
    const gate = new Promise<void>((open) => {
      queueMicrotask(() => void Promise.allSettled(released).then(() => open()));
    });
    this.#running = rules.map((rule) => {
      const running = old.get(rule.id);
      old.delete(rule.id);
      if (running === undefined) return this.#add(rule, gate);
      released.push(running.update(rule, gate));
      return running;
    });
    const closing = [...old.values()].map((forward) => forward.close());
    released.push(...closing);
    await Promise.all(closing);
  }

  /** Lets all forwards go. Resolves when everything of them is really closed. */
  async release(): Promise<void> {
    const closing = this.#running.map((forward) => forward.close());
    this.#running = [];
    this.#source = null;
    await Promise.all(closing);
  }

  /** There is a session, or there is none. */
  use(source: ChannelSource | null): void {
    this.#source = source;
    for (const forward of this.#running) forward.use(source);
  }

  /** See `RunningForward.tryAgain`. */
  tryAgain(): void {
    for (const forward of this.#running) forward.tryAgain();
  }

  /** The computer woke up, or its network changed. */
  wake(): void {
    for (const forward of this.#running) {
      forward.lookAround();
      forward.networkChanged();
      forward.wake();
    }
  }

  /** See `RunningForward.learnFromLook`. */
  learnFromLook(look: ServerLook): void {
    const hops = [...this.#running].map(({ snapshot }) => snapshot.secondHop?.status);
    const hasHop = hops.some((status) => status === 'digging' || status === 'open' || status === 'unheard');
    for (const forward of this.#running) forward.learnFromLook(look, hasHop);
  }

  #add(rule: Forward, gate: Promise<unknown>): RunningForward {
    const forward = new RunningForward(rule, this.#options, gate);
    forward.use(this.#source);
    return forward;
  }
}
