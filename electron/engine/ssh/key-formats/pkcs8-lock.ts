import { DER_OBJECT, DER_OCTETS, type DerElement, readDer, readDerSequence } from './der.ts';

/**
 * How a key in encrypted PKCS#8 is locked (RFC 5958, section 3): in a way that can be undone with the passphrase, in one that
 * cannot be undone here, or not at all, since the file is broken.
 */
export type Pkcs8Lock = 'known' | 'unknown' | 'broken';

/**
 * Tells before anybody is asked for a passphrase: the library gives the same failure for a wrong one, for a way of its own that it
 * does not know, and for nonsense.
 */
export function readPkcs8Lock(text: string): Pkcs8Lock {
  const base64 =
    /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END ENCRYPTED PRIVATE KEY-----/.exec(
      text,
    )?.[1];
  const whole = readDer(Buffer.from(base64 ?? '', 'base64'));
  const [algorithm, locked, ...more] = readDerSequence(whole);
  const [name, parameters] = readDerSequence(algorithm);
  if (name === undefined || locked?.tag !== DER_OCTETS || locked.content.length === 0 || more.length > 0) {
    return 'broken';
  }
  if (objectName(name) !== PBES2) return objectName(name) === PBE_SHA1_3DES ? 'known' : 'unknown';
  const [derivation, cipher] = readDerSequence(parameters).map(readDerSequence);
  const isKnown =
    objectName(derivation?.[0]) === PBKDF2 &&
    DIGESTS.has(digestOf(derivation?.[1])) &&
    CIPHERS.has(objectName(cipher?.[0]));
  return isKnown ? 'known' : 'unknown';
}

/* Names as they are written in DER, in hexadecimal. */

/** pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292, appendix C); all other ways before PBES2 are broken, and BoringSSL leaves most out. */
const PBE_SHA1_3DES = '2a864886f70d010c0103';
const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
/** HMAC with SHA-1, which is also the default, and with SHA-256 (RFC 8018, appendix B.1.2). */
const HMAC_SHA1 = '2a864886f70d0207';
const DIGESTS: ReadonlySet<string> = new Set([HMAC_SHA1, '2a864886f70d0209']);
/** des-EDE3-CBC, and AES in CBC mode with 128, 192 and 256 bits. */
const CIPHERS: ReadonlySet<string> = new Set([
  '2a864886f70d0307',
  '608648016503040102',
  '608648016503040116',
  '60864801650304012a',
]);

function objectName(element: DerElement | undefined): string {
  return element?.tag === DER_OBJECT ? element.content.toString('hex') : '';
}

/** Salt, rounds, perhaps the key's length, and perhaps the digest. */
function digestOf(parameters: DerElement | undefined): string {
  const digest = readDerSequence(parameters).find((element) => readDerSequence(element).length > 0);
  return digest === undefined ? HMAC_SHA1 : objectName(readDerSequence(digest)[0]);
}
