/** What is longer is no line of ours: the rest of it is dropped. */
const MAX_LINE_CHARACTERS = 1_024;

/** Makes whole lines of what one output says in pieces. */
export class LineEar {
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  hear(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS);
    for (const line of lines) this.#onLine(line.replace(/\r$/, ''));
  }
}
