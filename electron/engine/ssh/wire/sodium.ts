import { createRequire } from 'node:module';

/** The parts of libsodium that we use, as `sodium-native` gives them; each checks the lengths of its arguments. */
export interface Sodium {
  /** ChaCha20 with 64 bits each of nonce and counter, from block `counter` on; `output` may be `input`. */
  crypto_stream_chacha20_xor_ic(
    output: Uint8Array,
    input: Uint8Array,
    nonce: Uint8Array,
    counter: number,
    key: Uint8Array,
  ): void;
  /** Fills `output` with the key stream. */
  crypto_stream_chacha20(output: Uint8Array, nonce: Uint8Array, key: Uint8Array): void;
  /** Poly1305. */
  crypto_onetimeauth(mac: Uint8Array, message: Uint8Array, key: Uint8Array): void;
  /** Compares in constant time. */
  crypto_onetimeauth_verify(mac: Uint8Array, message: Uint8Array, key: Uint8Array): boolean;
  /** Argon2 on a thread of its own; `memory` in bytes. Rejects where there is not so much. */
  crypto_pwhash_async(
    output: Uint8Array,
    passphrase: Uint8Array,
    salt: Uint8Array,
    passes: number,
    memory: number,
    algorithm: number,
  ): Promise<void>;
  readonly crypto_pwhash_SALTBYTES: number;
  readonly crypto_pwhash_ALG_ARGON2ID13: number;
  readonly crypto_pwhash_ALG_ARGON2I13: number;
}

/**
 * libsodium, or null where its library does not load: then the ciphers that Node itself has must do.
 *
 * Why not Node's own: Electron has no ChaCha20, and each `cipher.update` makes a fresh buffer, which costs several times
 * what the arithmetic does. libsodium works in place.
 */
export const sodium: Sodium | null = load();

/** The build puts the library beside the engine: the packaged app has no packages. Without a build it is in its package. */
function load(): Sodium | null {
  const require = createRequire(import.meta.url);
  for (const place of ['./sodium-native.node', 'sodium-native']) {
    try {
      return require(place) as Sodium;
    } catch {
      // Not there, or not for this system.
    }
  }
  return null;
}
