import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import crypto from 'ssh2/lib/protocol/crypto.js';
import { describe, expect, it } from 'vitest';
import { ChaChaPolyCipher, ChaChaPolyDecipher, type PayloadReceiver } from './chacha20-poly1305.ts';
import { InboundMemory } from './inbound-memory.ts';
import { OutboundMemory } from './outbound-memory.ts';
import { sodium as loadedSodium } from './sodium.ts';

if (loadedSodium === null) throw new Error('sodium-native does not load here.');
const sodium = loadedSodium;

/** ssh2's own cipher needs its WebAssembly; `ssh2-ciphers.ts` is not loaded in this file, so it is still ssh2's. */
const { createCipher, createDecipher, init } = crypto as typeof crypto & { readonly init: Promise<void> };
await init;

const KEY = randomBytes(64);
/** With the most padding, 35000 bytes behind the length. */
const LONGEST_PAYLOAD = 34_988;
const LAST_SEQUENCE = 2 ** 32 - 1;

/** Payloads like ssh2's: most are short, some fill a packet, and some begin as channel data does. */
const payloads = fc.array(
  fc
    .tuple(
      fc.oneof(fc.nat(80), fc.nat(80), fc.nat(LONGEST_PAYLOAD), fc.constant(LONGEST_PAYLOAD)),
      fc.constantFrom(94, 80, 2),
    )
    .map(([size, type]) => {
      const payload = randomBytes(size);
      if (size > 0) payload[0] = type;
      return payload;
    }),
  { minLength: 1, maxLength: 6 },
);
const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60_000 })), {
  minLength: 1,
  maxLength: 20,
});
const sequences = fc.constantFrom(0, 1, 7, 2 ** 31 - 1, LAST_SEQUENCE - 1, LAST_SEQUENCE);

describe('the cipher', () => {
  it('writes what ssh2 reads, for any payload and sequence number', () => {
    fc.assert(
      fc.property(payloads, cuts, sequences, (sent, pieces, sequence) => {
        const received: Buffer[] = [];
        const decipher = ssh2Decipher(sequence, (payload) => void received.push(Buffer.from(payload)));
        for (const piece of cut(encryptAll(sent, sequence), pieces)) decipher.decrypt(piece, 0, piece.length);
        expect(digests(received)).toEqual(digests(sent));
      }),
      { numRuns: 60 },
    );
  });

  it('writes the packet that draft-ietf-sshm-chacha20-poly1305 publishes', () => {
    const written: Buffer[] = [];
    const cipher = ourCipher(7, (packet) => void written.push(packet), PUBLISHED.key);
    const packet = cipher.allocPacket(PUBLISHED.payload.length);
    // The padding, too, is the draft's.
    PUBLISHED.packet.copy(packet);
    cipher.encrypt(packet);
    expect(written[0]?.toString('hex')).toBe(PUBLISHED.encrypted.toString('hex'));
  });

  it('pads at random', () => {
    const cipher = ourCipher(0, () => {});
    const paddings = Array.from({ length: 50 }, () => cipher.allocPacket(0).subarray(5, -16).toString('hex'));
    expect(new Set(paddings).size).toBe(50);
    expect(paddings.every((padding) => padding.length === 2 * 7)).toBe(true);
  });

  it('counts from zero again after the last sequence number', () => {
    const cipher = ourCipher(LAST_SEQUENCE - 1, () => {});
    const counts = [1, 2, 3].map(() => {
      cipher.encrypt(cipher.allocPacket(1));
      return cipher.outSeqno;
    });
    expect(counts).toEqual([LAST_SEQUENCE, 0, 1]);
  });

  it('writes nothing once it is freed', () => {
    const written: Buffer[] = [];
    const cipher = ourCipher(0, (packet) => void written.push(packet));
    const packet = cipher.allocPacket(10);
    cipher.free();
    cipher.encrypt(packet);
    expect(written).toEqual([]);
  });
});

describe('the decipher', () => {
  it.each([
    ['with memory that is used again', () => new InboundMemory()],
    ['with memory of its own', () => null],
  ])('reads what ssh2 writes, cut into any pieces, %s', (_name, makeMemory) => {
    fc.assert(
      fc.property(payloads, cuts, sequences, (sent, pieces, sequence) => {
        const received: Buffer[] = [];
        const decipher = ourDecipher(
          sequence,
          (payload) => void received.push(Buffer.from(payload)),
          makeMemory(),
        );
        for (const piece of cut(ssh2EncryptAll(sent, sequence), pieces))
          if (decipher.decrypt(piece, 0, piece.length) !== undefined) throw new Error('It stopped.');
        expect(digests(received)).toEqual(digests(sent));
        expect(decipher.inSeqno).toBe((sequence + sent.length) % 2 ** 32);
      }),
      { numRuns: 60 },
    );
  });

  it('reads the packet that draft-ietf-sshm-chacha20-poly1305 publishes', () => {
    const received: Buffer[] = [];
    const decipher = ourDecipher(7, (payload) => void received.push(payload), null, PUBLISHED.key);
    decipher.decrypt(Buffer.from(PUBLISHED.encrypted), 0, PUBLISHED.encrypted.length);
    expect(received).toEqual([PUBLISHED.payload]);
  });

  it('throws for a flipped bit anywhere, and delivers neither this packet nor a later one', () => {
    const first = encryptAll([randomBytes(30)], 0);
    // A flipped length may call for more than one packet: then the next ones are taken for the rest.
    const rest = encryptAll(Array(40).fill(randomBytes(1000)), 1);
    for (let bit = 0; bit < first.length * 8; bit += 1) {
      const isInLength = bit < 32;
      for (const size of isInLength ? [1e6, 61] : [1e6, 7, 1]) {
        const bad = Buffer.concat(isInLength ? [first, rest] : [first]);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const received: Buffer[] = [];
        const decipher = ourDecipher(0, (payload) => void received.push(payload), null);
        const pieces = cut(bad, [size]);
        const decryptAll = () => pieces.forEach((piece) => void decipher.decrypt(piece, 0, piece.length));
        expect(decryptAll).toThrow(/^(?:Invalid MAC|Bad packet length)$/);
        // It would have been right, had the bad packet not come.
        const late = Buffer.from(first);
        expect(() => decipher.decrypt(late, 0, late.length)).toThrow(/^(?:Invalid MAC|Bad packet length)$/);
        if (received.length > 0) throw new Error(`Bit ${bit} was believed.`);
      }
    }
  });

  it.each([0, 1, 7, 12, 35_001, 35_008, LAST_SEQUENCE])('throws for a length of %i', (length) => {
    const bytes = Buffer.alloc(100);
    bytes.writeUInt32BE(length);
    // The counter, then the sequence number: both zero.
    createCipheriv('chacha20', KEY.subarray(32), Buffer.alloc(16)).update(bytes.subarray(0, 4)).copy(bytes);
    for (const pieces of [[100], [1], [3, 1, 96]]) {
      const decipher = ourDecipher(0, () => undefined, new InboundMemory());
      expect(() => {
        for (const piece of cut(bytes, pieces)) decipher.decrypt(piece, 0, piece.length);
      }).toThrow('Bad packet length');
    }
  });

  it('throws for more padding than there is packet', () => {
    const written: Buffer[] = [];
    const cipher = ourCipher(0, (packet) => void written.push(packet));
    const packet = cipher.allocPacket(2);
    packet[4] = packet.length - 4 - 16;
    cipher.encrypt(packet);
    const decipher = ourDecipher(0, () => undefined, null);
    expect(() => decipher.decrypt(packet, 0, packet.length)).toThrow('Bad padding length');
  });

  it('tells a receiver that stops it where to go on, and has lost nothing when it does', () => {
    fc.assert(
      fc.property(payloads, cuts, fc.array(fc.constantFrom(false, undefined)), (sent, pieces, stops) => {
        const received: Buffer[] = [];
        const onPayload: PayloadReceiver = (payload) => {
          received.push(Buffer.from(payload));
          return stops[received.length - 1];
        };
        const decipher = ourDecipher(3, onPayload, new InboundMemory());
        for (const piece of cut(encryptAll(sent, 3), pieces)) {
          // As ssh2's Protocol.parse goes on.
          let position: number | undefined = 0;
          while (position !== undefined && position < piece.length)
            position = decipher.decrypt(piece, position, piece.length);
        }
        expect(digests(received)).toEqual(digests(sent));
      }),
      { numRuns: 60 },
    );
  });

  it('stops at the position that a receiver names', () => {
    const decipher = ourDecipher(0, () => Number.POSITIVE_INFINITY, null);
    const bytes = encryptAll([randomBytes(10), randomBytes(10)], 0);
    expect(decipher.decrypt(bytes, 0, bytes.length)).toBe(Number.POSITIVE_INFINITY);
    expect(decipher.inSeqno).toBe(1);
  });

  it('leaves the rest alone when it is freed by its receiver, as at new keys', () => {
    const bytes = encryptAll([randomBytes(10), randomBytes(10)], 0);
    const firstEnd = bytes.length / 2;
    const rest = Buffer.from(bytes.subarray(firstEnd));
    const decipher = ourDecipher(0, freeAtOnce, new InboundMemory());
    function freeAtOnce(): false {
      decipher.free();
      return false;
    }
    expect(decipher.decrypt(bytes, 0, bytes.length)).toBe(firstEnd);
    expect(bytes.subarray(firstEnd)).toEqual(rest);
    expect(decipher.decrypt(bytes, firstEnd, bytes.length)).toBeUndefined();
  });
});

/** Appendix A of draft-ietf-sshm-chacha20-poly1305, at sequence number 7. */
const PUBLISHED = publishedPacket();

function publishedPacket() {
  const hex = (text: string) => Buffer.from(text, 'hex');
  const packet = hex(
    '00000048065e00000000000000384c6f72656d20697073756d20646f6c6f722073697420616d65742c20636f6e7365637465' +
      '7475722061646970697369' +
      '63696e6720656c69744e43e804dc6c',
  );
  return {
    key: hex(
      '8bbff6855fc102338c373e73aac0c914f076a905b2444a32eecaffeae22becc5' +
        'e9b7a7a5825a8249346ec1c28301cf394543fc7569887d76e168f37562ac0740',
    ),
    packet,
    payload: packet.subarray(5, -6),
    encrypted: hex(
      '2c3ecce4a5bc05895bf07a7ba956b6c68829ac7c83b780b7000ecde745afc705bbc378ce03a280236b87b53bed583966' +
        '2302b164b6286a48cd1e097138e3cb909b8b2b829dd18d2a35ff82d995349e855bf02c298ef775f2d1a7e8b8',
    ),
  };
}

function ourCipher(sequence: number, write: (packet: Buffer) => void, key = KEY): ChaChaPolyCipher {
  return new ChaChaPolyCipher({ sodium, key, sequence, write, memory: new OutboundMemory(() => 1) });
}

function ourDecipher(
  sequence: number,
  onPayload: PayloadReceiver,
  memory: InboundMemory | null,
  key = KEY,
): ChaChaPolyDecipher {
  return new ChaChaPolyDecipher({ sodium, key, sequence, onPayload, memory });
}

const CIPHER_INFO = { sslName: 'chacha20', keyLen: 64, ivLen: 0 };

function ssh2Decipher(seqno: number, onPayload: PayloadReceiver) {
  const inbound = { decipherInfo: CIPHER_INFO, decipherKey: KEY, seqno, onPayload, forceNative: true };
  return createDecipher({ inbound }) as Pick<ChaChaPolyDecipher, 'decrypt'>;
}

function ssh2EncryptAll(sent: readonly Buffer[], seqno: number): Buffer {
  const written: Buffer[] = [];
  const onWrite = (bytes: Buffer) => void written.push(bytes);
  const outbound = { cipherInfo: CIPHER_INFO, cipherKey: KEY, seqno, onWrite, forceNative: true };
  writeAll(createCipher({ outbound }) as ChaChaPolyCipher, sent);
  return Buffer.concat(written);
}

function encryptAll(sent: readonly Buffer[], sequence: number): Buffer {
  const written: Buffer[] = [];
  writeAll(
    ourCipher(sequence, (packet) => void written.push(packet)),
    sent,
  );
  return Buffer.concat(written);
}

function writeAll(cipher: Pick<ChaChaPolyCipher, 'allocPacket' | 'encrypt'>, sent: readonly Buffer[]): void {
  for (const payload of sent) {
    const packet = cipher.allocPacket(payload.length);
    packet.set(payload, 5);
    cipher.encrypt(packet);
  }
}

/** Pieces with memory of their own, of these sizes in turn. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let position = 0; position < bytes.length; ) {
    const size = sizes[pieces.length % sizes.length] ?? 1;
    pieces.push(Buffer.from(bytes.subarray(position, position + size)));
    position += size;
  }
  return pieces;
}

/** What is compared in place of large buffers, so that a failure can be read. */
function digests(buffers: readonly Buffer[]): string[] {
  return buffers.map((bytes) => `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`);
}
