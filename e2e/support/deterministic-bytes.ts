import { createCipheriv, createHash } from 'node:crypto';

const chunkBytes = 64 * 1024;

/**
 * `count` bytes that look random and are the same for the same seed, in chunks of up to 64 KiB.
 * It is the key stream of AES-128-CTR: over a gigabyte a second, so that a test measures the tunnel and not this.
 */
export function* deterministicBytes(count: number, seed = 1): Generator<Buffer, void, void> {
  const key = createHash('sha256').update(`culvert ${seed}`).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(chunkBytes);
  for (let left = count; left > 0; left -= chunkBytes) {
    yield cipher.update(left < chunkBytes ? zeros.subarray(0, left) : zeros);
  }
}

/** The SHA-256 of those bytes, in hexadecimal. */
export function deterministicSha256(count: number, seed = 1): string {
  const hash = createHash('sha256');
  for (const chunk of deterministicBytes(count, seed)) hash.update(chunk);
  return hash.digest('hex');
}
