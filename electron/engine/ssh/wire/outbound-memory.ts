/** One slab holds some thirty packets of a bulk upload. */
const SLAB_BYTES = 1024 * 1024;

/**
 * Where one session's large outgoing packets lie: a slab that is filled from its start again whenever the socket has
 * sent all. A packet that finds no room gets a buffer of its own.
 *
 * A packet is written to the socket in the same tick in which it is made, so that whatever was placed here and is not in
 * the socket's queue any more was sent.
 */
export class OutboundMemory {
  readonly #queuedBytes: () => number;
  #slab: Buffer | undefined;
  #used = 0;
  /** Placed and not yet in the socket's hands. */
  #placed: Buffer | undefined;

  /** `queuedBytes`: what the socket has not handed to the kernel yet. */
  constructor(queuedBytes: () => number) {
    this.#queuedBytes = queuedBytes;
  }

  /** Room for one packet, to be written at once; `written` must follow. */
  place(length: number): Buffer {
    if (this.#placed !== undefined) return Buffer.allocUnsafe(length);
    this.#slab ??= Buffer.allocUnsafeSlow(SLAB_BYTES);
    if (this.#queuedBytes() === 0) this.#used = 0;
    if (this.#used + length > SLAB_BYTES) return Buffer.allocUnsafe(length);
    const packet = this.#slab.subarray(this.#used, this.#used + length);
    this.#used += length;
    this.#placed = packet;
    return packet;
  }

  /** This packet, placed here or not, was handed to the socket. */
  written(packet: Buffer): void {
    if (packet === this.#placed) this.#placed = undefined;
  }
}
