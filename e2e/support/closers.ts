/** Resources to close in reverse order of their opening, each once. */
export interface Closers {
  add(close: () => Promise<void>): void;
  /** Closes all, also when one of them fails; then throws the first failure. */
  close(): Promise<void>;
}

/** An empty list. For a fixture made of several resources, any of which may fail to open. */
export function createClosers(): Closers {
  const open: (() => Promise<void>)[] = [];
  let running: Promise<void> = Promise.resolve();
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (let close = open.pop(); close !== undefined; close = open.pop()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (close) => {
      open.push(close);
    },
    close: () => {
      running = running.then(closeAll, closeAll);
      return running;
    },
  };
}
