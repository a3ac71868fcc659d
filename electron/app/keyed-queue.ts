/** Runs tasks with the same key one after another, in the order given; others side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Settles as the task does; a task that fails does not hold up the next. */
  run<Value>(key: string, task: () => Promise<Value>): Promise<Value> {
    const done = (this.#tails.get(key) ?? Promise.resolve()).then(task, task);
    this.#tails.set(key, done);
    const clean = () => {
      if (this.#tails.get(key) === done) this.#tails.delete(key);
    };
    done.then(clean, clean);
    return done;
  }
}
