import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { PrivateKeyParts } from './private-key-parts.ts';

/** What a file of PKCS#8 gave: the key, or that the passphrase is wrong (or missing), or that it holds no key of SSH. */
export type Pkcs8Key =
  | { readonly kind: 'key'; readonly parts: PrivateKeyParts }
  | { readonly kind: 'closed' }
  | { readonly kind: 'unsupported' };

/** Claims that a text is a key in PKCS#8 (RFC 5208, RFC 5958), as OpenSSL and `ssh-keygen -m PKCS8` write it. */
export function isPkcs8(text: string): boolean {
  return /^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/m.test(text);
}

/** Claims that it takes a passphrase. */
export function isEncryptedPkcs8(text: string): boolean {
  return /^-----BEGIN ENCRYPTED PRIVATE KEY-----/m.test(text);
}

/** Reads a key in PKCS#8. Never throws. */
export function readPkcs8(text: string, passphrase: string | undefined): Pkcs8Key {
  let key: KeyObject;
  try {
    key = createPrivateKey(passphrase === undefined ? text : { key: text, passphrase });
  } catch {
    // The library does not tell a wrong passphrase from a broken file: both fail on the padding or on what is inside.
    return isEncryptedPkcs8(text) ? { kind: 'closed' } : { kind: 'unsupported' };
  }
  if (!SUPPORTED.has(key.asymmetricKeyType ?? '')) return { kind: 'unsupported' };
  const parts = partsOf(key.export({ format: 'jwk' }));
  return parts ? { kind: 'key', parts } : { kind: 'unsupported' };
}

const SUPPORTED: ReadonlySet<string> = new Set(['rsa', 'ec', 'ed25519']);

/** The curves of RFC 7518, section 6.2.1.1, under their names of RFC 5656. */
const curves: Readonly<Record<string, string>> = {
  'P-256': 'nistp256',
  'P-384': 'nistp384',
  'P-521': 'nistp521',
};

function partsOf({ kty, crv = '', n, e, d, p, q, qi, x, y }: JsonWebKey): PrivateKeyParts | null {
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
  if (kty === 'RSA') {
    return { type: 'rsa', n: bytes(n), e: bytes(e), d: bytes(d), p: bytes(p), q: bytes(q), qi: bytes(qi) };
  }
  if (kty === 'OKP' && crv === 'Ed25519') return { type: 'ed25519', publicKey: bytes(x), seed: bytes(d) };
  const curve = curves[crv];
  if (kty !== 'EC' || curve === undefined) return null;
  return { type: 'ecdsa', curve, point: Buffer.concat([Buffer.from([4]), bytes(x), bytes(y)]), d: bytes(d) };
}
