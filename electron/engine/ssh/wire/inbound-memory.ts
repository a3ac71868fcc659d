/** Large enough for several packets in one read, each 32 KiB and a little more. */
const LARGE_BYTES = 256 * 1024;

/** For a session that has not carried much: less than a packet, so that bulk data fills it at once. */
const SMALL_BYTES = 16 * 1024;

/** Blocks of one session that receivers may keep at a time; then they must copy, and memory stays bounded. */
const MAX_KEPT = 6;

/** Gives kept memory back for other bytes. Call it once. */
export type GiveBack = () => void;

/** Memory that is used again and again. */
export interface Block {
  readonly bytes: Buffer;
  /** Receivers that still need what it holds. */
  holders: number;
  /** Another block took its place: free for any use once nobody holds it. */
  isRetired: boolean;
}

/**
 * Where one session's incoming bytes lie: blocks that are used again and again, since in Electron a fresh buffer costs
 * several times what it takes to decrypt a packet into it. A packet's bytes are lent to its receiver for the time of one
 * call (`lending.ts`). Whoever needs them longer copies them, or keeps their block and gives it back later.
 */
export class InboundMemory {
  #readBlock = makeBlock(SMALL_BYTES);
  readonly #free: Block[] = [];
  #kept = 0;

  /** Where the socket shall put what it reads next. */
  nextReadBlock(): Block {
    this.#readBlock = this.renew(this.#readBlock);
    return this.#readBlock;
  }

  /** Where it put what it read last. */
  get blockRead(): Block {
    return this.#readBlock;
  }

  /** Tells how much the last read brought: what fills the small block calls for a large one. */
  noteRead(length: number): void {
    if (length === SMALL_BYTES && this.#readBlock.bytes.length === SMALL_BYTES) this.#readBlock = this.take();
  }

  /** A block for one user, who hands it to `renew` before each new use. */
  take(): Block {
    const block = this.#free.pop();
    if (block === undefined) return makeBlock(LARGE_BYTES);
    block.isRetired = false;
    return block;
  }

  /** The same block, or another one where somebody keeps what it holds. */
  renew(block: Block): Block {
    if (block.holders === 0) return block;
    block.isRetired = true;
    return this.take();
  }

  /** Leaves a block to a receiver. Null when too many are kept already. */
  keep(block: Block): GiveBack | null {
    if (this.#kept >= MAX_KEPT) return null;
    this.#kept += 1;
    block.holders += 1;
    return () => {
      this.#kept -= 1;
      block.holders -= 1;
      const isFree = block.holders === 0 && block.isRetired;
      if (isFree && block.bytes.length === LARGE_BYTES) this.#free.push(block);
    };
  }
}

function makeBlock(size: number): Block {
  return { bytes: Buffer.allocUnsafeSlow(size), holders: 0, isRetired: false };
}
