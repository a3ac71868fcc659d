import { sodium } from '../wire/sodium.ts';

/** How a key is made of a passphrase (RFC 9106). */
export interface Argon2 {
  readonly flavour: 'Argon2id' | 'Argon2i';
  readonly memoryKib: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
}

/** What a file may ask for: more than PuTTYgen offers by far, and no more than a small computer has. */
const MOST_MEMORY_KIB = 512 * 1024;
const MOST_WORK_KIB = 64 * 1024 * 1024;

/**
 * Claims that `argon2` can go that way: libsodium has one lane only, and salts of 16 bytes, as PuTTYgen writes them; and a
 * file that asks for more memory than there is would stop the computer.
 */
export function canDerive({ memoryKib, passes, parallelism, salt }: Argon2): boolean {
  const isSane =
    memoryKib >= 8 && memoryKib <= MOST_MEMORY_KIB && passes >= 1 && memoryKib * passes <= MOST_WORK_KIB;
  return isSane && parallelism === 1 && salt.length === sodium?.crypto_pwhash_SALTBYTES;
}

/** Makes `length` bytes of a passphrase, off the main loop. Null where it cannot. */
export async function argon2(derivation: Argon2, passphrase: string, length: number): Promise<Buffer | null> {
  if (sodium === null || !canDerive(derivation)) return null;
  const { flavour, memoryKib, passes, salt } = derivation;
  const algorithm =
    flavour === 'Argon2id' ? sodium.crypto_pwhash_ALG_ARGON2ID13 : sodium.crypto_pwhash_ALG_ARGON2I13;
  const output = Buffer.alloc(length);
  try {
    await sodium.crypto_pwhash_async(
      output,
      Buffer.from(passphrase),
      salt,
      passes,
      memoryKib * 1024,
      algorithm,
    );
  } catch {
    return null;
  }
  return output;
}
