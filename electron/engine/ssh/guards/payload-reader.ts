/** Reads one SSH message from its start (RFC 4251 section 5). Where it ends too early, what is read is empty or 0. */
export class PayloadReader {
  readonly #payload: Buffer;
  #position: number;

  /** Behind the message's number. */
  constructor(payload: Buffer, position = 1) {
    this.#payload = payload;
    this.#position = position;
  }

  uint32(): number {
    const start = this.#position;
    this.#position += 4;
    return this.#position <= this.#payload.length ? this.#payload.readUInt32BE(start) : 0;
  }

  boolean(): boolean {
    const value = this.#payload[this.#position];
    this.#position += 1;
    return value !== undefined && value !== 0;
  }

  text(): string {
    const length = this.uint32();
    const start = this.#position;
    this.#position += length;
    return this.#position <= this.#payload.length
      ? this.#payload.toString('utf8', start, this.#position)
      : '';
  }
}
