import type { ShownLine } from './known-hosts-removal.ts';

/** How many lines are kept in mind; the oldest are let go. A server in trouble shows a handful. */
const MOST = 1_000;

/**
 * The lines that stood against a key which a server really showed to a tunnel of this engine. Only these may be removed by a
 * person's word, so that no command can touch any other file or line.
 */
export class LinesInTheWay {
  readonly #lines = new Map<string, ShownLine>();

  /** This line is about to be shown to a person. */
  add(line: ShownLine): void {
    const key = keyOf(line);
    this.#lines.delete(key);
    this.#lines.set(key, line);
    const [oldest] = this.#lines.keys();
    if (this.#lines.size > MOST && oldest !== undefined) this.#lines.delete(oldest);
  }

  has(line: ShownLine): boolean {
    return this.#lines.has(keyOf(line));
  }
}

function keyOf({ file, line, digest }: ShownLine): string {
  return `${digest} ${line} ${file}`;
}
