import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChaChaPolyCipher, ChaChaPolyDecipher } from './chacha20-poly1305.ts';
import { type GiveBack, InboundMemory } from './inbound-memory.ts';
import { isLent, keepLent, lend, passOn } from './lending.ts';
import { sodium as loadedSodium } from './sodium.ts';

if (loadedSodium === null) throw new Error('sodium-native does not load here.');
const sodium = loadedSodium;

const CHANNEL_DATA = 94;
const KEY = randomBytes(64);

describe('lent bytes', () => {
  it('are lent for the time of one call, also one that throws', () => {
    const memory = new InboundMemory();
    const block = memory.take();
    expect(isLent()).toBe(false);
    expect(keepLent()).toBeNull();
    expect(lend(memory, block, () => isLent())).toBe(true);
    const throwing = () => {
      throw new Error('The receiver failed.');
    };
    expect(() => lend(memory, block, throwing)).toThrow('The receiver failed.');
    expect(isLent()).toBe(false);
    expect(block.holders).toBe(0);
  });

  it('are not what is passed on to a session inside of another, and are lent again after it', () => {
    const memory = new InboundMemory();
    const inner = new InboundMemory();
    lend(memory, memory.take(), () => {
      passOn(() => {
        expect(isLent()).toBe(false);
        lend(inner, inner.take(), () => expect(isLent()).toBe(true));
        expect(isLent()).toBe(false);
      });
      expect(isLent()).toBe(true);
    });
    expect(isLent()).toBe(false);
  });

  it('are channel data only: of the rest, ssh2 keeps some', () => {
    const wasLent = new Map<number | undefined, boolean>();
    const stored: Buffer[] = [];
    const { read } = makeReader((payload) => {
      wasLent.set(payload[0], isLent());
      if (!isLent()) stored.push(payload);
    });
    const kexInit = Buffer.concat([Buffer.of(20), randomBytes(900)]);
    read(encryptAll([kexInit, dataOf(1000), Buffer.of(98, 1), Buffer.alloc(0)]), 200_000);
    expect(Object.fromEntries(wasLent)).toEqual({ 20: false, 94: true, 98: false, undefined: false });
    expect(stored[0]).toEqual(kexInit);
  });

  it('stay as they were for whoever keeps them, however they came and for how long they are kept', () => {
    const lives = fc.array(fc.nat(30), { minLength: 1, maxLength: 30 });
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.nat(32_768)), {
      minLength: 1,
      maxLength: 40,
    });
    const reads = fc.array(
      fc.oneof(fc.integer({ min: 200, max: 5_000 }), fc.integer({ min: 5_000, max: 300_000 })),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(sizes, reads, lives, (payloadSizes, readSizes, keptFor) => {
        const sent = payloadSizes.map((size) => dataOf(size));
        const held: { bytes: Buffer; digest: string; until: number; giveBack: GiveBack }[] = [];
        let count = 0;
        const release = (isDue: (until: number) => boolean) => {
          for (const item of held.splice(0)) {
            if (!isDue(item.until)) {
              held.push(item);
              continue;
            }
            if (digest(item.bytes) !== item.digest) throw new Error('Kept bytes were overwritten.');
            item.giveBack();
          }
        };
        const { read } = makeReader((payload) => {
          if (!payload.equals(sent[count] as Buffer)) throw new Error(`Payload ${count} is another.`);
          count += 1;
          release((until) => until <= count);
          const life = keptFor[count % keptFor.length] ?? 0;
          const giveBack = keepLent();
          if (giveBack !== null)
            held.push({ bytes: payload, digest: digest(payload), until: count + life, giveBack });
        });
        read(encryptAll(sent), ...readSizes);
        release(() => true);
        expect(count).toBe(sent.length);
      }),
      { numRuns: 150 },
    );
  });
});

/** Reads as a `Wire` does: the kernel puts bytes into the memory's block, where they are decrypted. */
function makeReader(onPayload: (payload: Buffer) => void) {
  const memory = new InboundMemory();
  const decipher = new ChaChaPolyDecipher({
    sodium,
    key: KEY,
    sequence: 0,
    memory,
    onPayload: (payload) => void onPayload(payload),
  });
  const read = (bytes: Buffer, ...sizes: number[]) => {
    let reads = 0;
    for (let position = 0; position < bytes.length; ) {
      const block = memory.nextReadBlock().bytes;
      const size = Math.min(sizes[reads % sizes.length] ?? 1, block.length, bytes.length - position);
      bytes.copy(block, 0, position, position + size);
      decipher.decrypt(block.subarray(0, size), 0, size);
      memory.noteRead(size);
      position += size;
      reads += 1;
    }
  };
  return { read };
}

function dataOf(size: number): Buffer {
  const payload = randomBytes(size + 1);
  payload[0] = CHANNEL_DATA;
  return payload;
}

function encryptAll(payloads: readonly Buffer[]): Buffer {
  const written: Buffer[] = [];
  const write = (packet: Buffer) => void written.push(packet);
  const cipher = new ChaChaPolyCipher({ sodium, key: KEY, sequence: 0, write, memory: null });
  for (const payload of payloads) {
    const packet = cipher.allocPacket(payload.length);
    payload.copy(packet, 5);
    cipher.encrypt(packet);
  }
  return Buffer.concat(written);
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
