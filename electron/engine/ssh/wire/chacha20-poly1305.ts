import { randomFillSync } from 'node:crypto';
import type { Block, InboundMemory } from './inbound-memory.ts';
import { lend } from './lending.ts';
import type { OutboundMemory } from './outbound-memory.ts';
import type { Sodium } from './sodium.ts';

/*
 * chacha20-poly1305@openssh.com, as OpenSSH's PROTOCOL.chacha20poly1305 has it, in place and without fresh buffers.
 * A packet is: length (4 bytes, encrypted with a key of its own), padding length, payload, padding, MAC (16 bytes).
 * The names and the call sequence are those of ssh2's own ciphers, which these stand in for.
 */

const LENGTH_BYTES = 4;
const MAC_BYTES = 16;
const BLOCK_BYTES = 8;
const SHORTEST_PADDING = 4;

/** As ssh2's limit; RFC 4253 section 6.1 asks for 35000 at least. */
const LONGEST_PACKET = 35_000;

/** SSH_MSG_CHANNEL_DATA, RFC 4254 section 9. */
const CHANNEL_DATA = 94;

/** Packets longer than this are worth a place in reused memory. */
const SHORT_PACKET = 4096;

/** What both directions derive from the sequence number and the key (main key first, then the length's). */
class PacketKeys {
  readonly main: Buffer;
  readonly length: Buffer;
  readonly nonce = Buffer.alloc(8);
  readonly #sodium: Sodium;
  readonly #poly = Buffer.alloc(32);

  constructor(sodium: Sodium, key: Buffer) {
    this.#sodium = sodium;
    this.main = Buffer.from(key.subarray(0, 32));
    this.length = Buffer.from(key.subarray(32, 64));
  }

  setSequence(sequence: number): void {
    this.nonce.writeUInt32BE(sequence, 4);
  }

  /** The one-time key of Poly1305: the first half of the key stream's block 0. */
  polyKey(): Buffer {
    this.#sodium.crypto_stream_chacha20(this.#poly, this.nonce, this.main);
    return this.#poly;
  }

  forget(): void {
    for (const secret of [this.main, this.length, this.#poly]) secret.fill(0);
  }
}

export interface CipherOptions {
  readonly sodium: Sodium;
  /** 64 bytes. */
  readonly key: Buffer;
  readonly sequence: number;
  write(packet: Buffer): void;
  /** Null where packets must not share memory. */
  readonly memory: OutboundMemory | null;
}

/** Encrypts what we send. */
export class ChaChaPolyCipher {
  /** The sequence number of the next packet; ssh2 reads and resets it around key exchanges. */
  outSeqno: number;
  readonly #sodium: Sodium;
  readonly #keys: PacketKeys;
  readonly #write: (packet: Buffer) => void;
  readonly #memory: OutboundMemory | null;
  #isFreed = false;

  constructor({ sodium, key, sequence, write, memory }: CipherOptions) {
    this.outSeqno = sequence;
    this.#sodium = sodium;
    this.#keys = new PacketKeys(sodium, key);
    this.#write = write;
    this.#memory = memory;
  }

  free(): void {
    this.#isFreed = true;
    this.#keys.forget();
  }

  /** A packet with length and padding filled in, the payload's place at byte 5, and room for the MAC at its end. */
  allocPacket(payloadLength: number): Buffer {
    const padding = paddingFor(payloadLength);
    const length = 1 + payloadLength + padding;
    const total = LENGTH_BYTES + length + MAC_BYTES;
    const packet =
      this.#memory !== null && total > SHORT_PACKET ? this.#memory.place(total) : Buffer.allocUnsafe(total);
    packet.writeUInt32BE(length, 0);
    packet[LENGTH_BYTES] = padding;
    const paddingStart = LENGTH_BYTES + 1 + payloadLength;
    copyRandom(packet, paddingStart, padding);
    return packet;
  }

  /** Encrypts the packet where it lies and sends it. */
  encrypt(packet: Buffer): void {
    if (this.#isFreed) return;
    const sodium = this.#sodium;
    const keys = this.#keys;
    keys.setSequence(this.outSeqno);
    const macStart = packet.length - MAC_BYTES;
    const length = packet.subarray(0, LENGTH_BYTES);
    const body = packet.subarray(LENGTH_BYTES, macStart);
    sodium.crypto_stream_chacha20_xor_ic(length, length, keys.nonce, 0, keys.length);
    sodium.crypto_stream_chacha20_xor_ic(body, body, keys.nonce, 1, keys.main);
    sodium.crypto_onetimeauth(packet.subarray(macStart), packet.subarray(0, macStart), keys.polyKey());
    this.outSeqno = (this.outSeqno + 1) >>> 0;
    this.#write(packet);
    this.#memory?.written(packet);
  }
}

/** At least four bytes, so that all behind the length is a multiple of eight. */
function paddingFor(payloadLength: number): number {
  const padding = BLOCK_BYTES - ((1 + payloadLength) % BLOCK_BYTES);
  return padding < SHORTEST_PADDING ? padding + BLOCK_BYTES : padding;
}

const randomBytes = Buffer.alloc(4096);
let randomUsed = randomBytes.length;

function copyRandom(target: Buffer, start: number, count: number): void {
  if (randomUsed + count > randomBytes.length) {
    randomFillSync(randomBytes);
    randomUsed = 0;
  }
  randomBytes.copy(target, start, randomUsed, randomUsed + count);
  randomUsed += count;
}

export interface DecipherOptions {
  readonly sodium: Sodium;
  /** 64 bytes. */
  readonly key: Buffer;
  readonly sequence: number;
  readonly onPayload: PayloadReceiver;
  /** Null where payloads must have memory of their own. */
  readonly memory: InboundMemory | null;
}

/** Gets one payload. Other than undefined: stop, and go on at that position (false: at the packet's end). */
export type PayloadReceiver = (payload: Buffer) => undefined | false | number;

/** Decrypts what we receive. */
export class ChaChaPolyDecipher {
  /** The sequence number of the next packet; ssh2 reads and resets it around key exchanges. */
  inSeqno: number;
  /** ssh2 puts another receiver here during a key exchange. */
  _onPayload: PayloadReceiver;
  readonly #sodium: Sodium;
  readonly #keys: PacketKeys;
  readonly #memory: InboundMemory | null;
  readonly #lengthBytes = Buffer.alloc(LENGTH_BYTES);
  /** Where a packet is put together that comes in pieces. */
  #assembly: Block | undefined;
  #assembled = 0;
  /** Behind the length and before the MAC; 0 while unknown. */
  #length = 0;
  /** Why nothing more can be believed. */
  #failure: Error | undefined;
  #isFreed = false;

  constructor({ sodium, key, sequence, onPayload, memory }: DecipherOptions) {
    this.inSeqno = sequence;
    this._onPayload = onPayload;
    this.#sodium = sodium;
    this.#keys = new PacketKeys(sodium, key);
    this.#memory = memory;
  }

  free(): void {
    this.#isFreed = true;
    this.#keys.forget();
  }

  /**
   * Decrypts what lies in `data` from `start` to `end`, in place. Undefined when all was used; else where to go on, for
   * a receiver that stopped it. Throws on a wrong MAC or length, and again for all that comes later: ssh2 closes the
   * socket then, but goes on to hand over what still arrives.
   */
  decrypt(data: Buffer, start: number, end: number): number | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    let position = start;
    while (position < end && !this.#isFreed) {
      const isWhole = this.#assembled === 0 && this.#isWholeAt(data, position, end);
      let packet: Buffer;
      if (isWhole) {
        packet = data.subarray(position, position + LENGTH_BYTES + this.#length + MAC_BYTES);
        position += packet.length;
      } else {
        position = this.#assemble(data, position, end);
        if (this.#length === 0 || this.#assembled < LENGTH_BYTES + this.#length + MAC_BYTES) return undefined;
        packet = this.#assembly?.bytes.subarray(0, this.#assembled) as Buffer;
      }
      const result = this.#deliver(packet, isWhole);
      if (result !== undefined) return result === false ? position : result;
    }
    return undefined;
  }

  /** Reads the length, if it is there. */
  #isWholeAt(data: Buffer, position: number, end: number): boolean {
    if (end - position < LENGTH_BYTES) return false;
    this.#readLength(data.subarray(position, position + LENGTH_BYTES));
    return position + LENGTH_BYTES + this.#length + MAC_BYTES <= end;
  }

  #readLength(encrypted: Buffer): void {
    const bytes = this.#lengthBytes;
    this.#keys.setSequence(this.inSeqno);
    this.#sodium.crypto_stream_chacha20_xor_ic(bytes, encrypted, this.#keys.nonce, 0, this.#keys.length);
    const length = bytes.readUInt32BE(0);
    if (length > LONGEST_PACKET || length < BLOCK_BYTES || length % BLOCK_BYTES !== 0)
      throw this.#fail('Bad packet length');
    this.#length = length;
  }

  /** Takes what belongs to the packet that comes in pieces; gives the position behind it. */
  #assemble(data: Buffer, start: number, end: number): number {
    if (this.#assembled === 0) this.#assembly = this.#renewAssembly();
    let position = this.#append(data, start, end, LENGTH_BYTES);
    if (this.#assembled < LENGTH_BYTES) return position;
    if (this.#length === 0) this.#readLength((this.#assembly as Block).bytes.subarray(0, LENGTH_BYTES));
    position = this.#append(data, position, end, LENGTH_BYTES + this.#length + MAC_BYTES);
    return position;
  }

  #append(data: Buffer, start: number, end: number, upTo: number): number {
    const count = Math.min(upTo - this.#assembled, end - start);
    if (count <= 0) return start;
    data.copy((this.#assembly as Block).bytes, this.#assembled, start, start + count);
    this.#assembled += count;
    return start + count;
  }

  #renewAssembly(): Block {
    if (this.#memory === null) {
      return (
        this.#assembly ?? { bytes: Buffer.allocUnsafeSlow(ASSEMBLY_BYTES), holders: 0, isRetired: false }
      );
    }
    return this.#assembly === undefined ? this.#memory.take() : this.#memory.renew(this.#assembly);
  }

  #deliver(packet: Buffer, isInData: boolean): undefined | false | number {
    const payload = this.#open(packet);
    this.inSeqno = (this.inSeqno + 1) >>> 0;
    this.#length = 0;
    this.#assembled = 0;
    const memory = this.#memory;
    if (memory === null && isInData) return this._onPayload(payload);
    // Of what is not channel data, ssh2 reads some later.
    if (memory === null || payload[0] !== CHANNEL_DATA) return this._onPayload(Buffer.from(payload));
    const block = isInData ? memory.blockRead : (this.#assembly as Block);
    return lend(memory, block, () => this._onPayload(payload));
  }

  /** Checks the MAC, then decrypts; gives the payload, in place. */
  #open(packet: Buffer): Buffer {
    const sodium = this.#sodium;
    const keys = this.#keys;
    const macStart = packet.length - MAC_BYTES;
    keys.setSequence(this.inSeqno);
    const mac = packet.subarray(macStart);
    if (!sodium.crypto_onetimeauth_verify(mac, packet.subarray(0, macStart), keys.polyKey()))
      throw this.#fail('Invalid MAC');
    const body = packet.subarray(LENGTH_BYTES, macStart);
    sodium.crypto_stream_chacha20_xor_ic(body, body, keys.nonce, 1, keys.main);
    const padding = body[0] ?? 0;
    if (padding + 1 > body.length) throw this.#fail('Bad padding length');
    return body.subarray(1, body.length - padding);
  }

  #fail(message: string): Error {
    this.#failure = new Error(message);
    return this.#failure;
  }
}

const ASSEMBLY_BYTES = LENGTH_BYTES + LONGEST_PACKET + MAC_BYTES;
