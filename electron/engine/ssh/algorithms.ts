import type { Algorithms, CipherAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { hasFastChaChaPoly } from './wire/ssh2-ciphers.ts';

/** What decides the algorithms that a session offers. */
export interface AlgorithmChoice {
  /** The user asked for old servers: allows one finite-field key exchange and SHA-1 signatures of RSA host keys. */
  readonly legacy: boolean;
  /** Types of the keys by which the server is known, such as `ssh-rsa`; see `knownKeyTypes`. */
  readonly knownKeyTypes: readonly string[];
}

/** Every list, written out: ssh2's own defaults offer more than is good for us. */
export type OfferedAlgorithms = {
  readonly [Kind in 'kex' | 'cipher' | 'hmac' | 'compress' | 'serverHostKey']: Extract<
    NonNullable<Algorithms[Kind]>,
    readonly unknown[]
  >;
};

/**
 * The lists for ssh2's `algorithms`, best first; the client's order wins (RFC 4253 section 7.1).
 *
 * Finite-field Diffie-Hellman blocks the whole process in Electron's BoringSSL: group14 for 0.6 s, group18
 * for over 30 s. So none is offered, and group14 alone for old servers. ChaCha20 does not exist there at
 * all, so ours goes first where it is there: it works in place, which is several times as fast.
 *
 * Host key types by which the server is known come first, as OpenSSH's order_hostkeyalgs does: a
 * server has several keys and shows one of the type that we ask for, so a known host would look changed.
 */
export function algorithmsFor({ legacy, knownKeyTypes }: AlgorithmChoice): OfferedAlgorithms {
  const hostKeys: readonly ServerHostKeyAlgorithm[] = legacy
    ? [...serverHostKeys, legacyServerHostKey]
    : serverHostKeys;
  const isKnown = (algorithm: ServerHostKeyAlgorithm) => knownKeyTypes.includes(keyTypeOf(algorithm));
  return {
    kex: legacy ? [...keyExchanges, 'diffie-hellman-group14-sha256'] : [...keyExchanges],
    cipher: hasFastChaChaPoly ? ['chacha20-poly1305@openssh.com', ...aesCiphers] : [...aesCiphers],
    hmac: [
      'hmac-sha2-256-etm@openssh.com',
      'hmac-sha2-512-etm@openssh.com',
      'hmac-sha2-256',
      'hmac-sha2-512',
    ],
    compress: ['none'],
    serverHostKey: [...hostKeys.filter(isKnown), ...hostKeys.filter((algorithm) => !isKnown(algorithm))],
  };
}

const aesCiphers: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes256-ctr',
  'aes192-ctr',
  'aes128-ctr',
];

const keyExchanges = [
  'curve25519-sha256',
  // The same exchange under its name from before RFC 8731: hardened servers of that time offer nothing else.
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
] as const;

const serverHostKeys = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** RSA signatures over SHA-1, all that servers older than OpenSSH 7.2 can do. */
const legacyServerHostKey = 'ssh-rsa';

/** The SHA-2 signatures are made with an ordinary RSA key (RFC 8332 section 3). */
function keyTypeOf(algorithm: ServerHostKeyAlgorithm): string {
  return algorithm === 'rsa-sha2-512' || algorithm === 'rsa-sha2-256' ? 'ssh-rsa' : algorithm;
}
