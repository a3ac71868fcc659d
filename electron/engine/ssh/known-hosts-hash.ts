import { createHmac, hash, randomBytes } from 'node:crypto';

/** Claims that a name field is a hashed one (sshd(8): "Hashed names start with a `|` character"). */
export function isHashedName(field: string): boolean {
  return field.startsWith('|');
}

/**
 * Hides a name as `HashKnownHosts yes` does: `|1|salt|hash`, both base64, the hash being
 * HMAC-SHA1 keyed with 20 random bytes.
 */
export function hashName(name: string): string {
  const salt = randomBytes(saltLength);
  const hidden = createHmac('sha1', salt).update(name, 'latin1').digest('base64');
  return `${magic}${salt.toString('base64')}|${hidden}`;
}

/**
 * Makes a test whether a hashed field stands for the name.
 *
 * Every line has a salt of its own, so a file of 100,000 hashed lines takes as many HMACs. This one
 * (RFC 2104) reuses its buffers and makes no hash objects, in under half of createHmac's time.
 */
export function hashedNameTest(name: string): (field: string) => boolean {
  const inner = Buffer.concat([Buffer.alloc(blockLength), Buffer.from(name, 'latin1')]);
  const outer = Buffer.alloc(blockLength + saltLength);
  const salt = Buffer.alloc(saltLength);
  return (field) => {
    if (field.length !== fieldLength || !field.startsWith(magic) || field[saltEnd] !== '|') return false;
    const saltText = field.slice(magic.length, saltEnd);
    if (salt.write(saltText, 'base64') !== saltLength) return false;
    for (let at = 0; at < blockLength; at++) {
      const byte = salt[at] ?? 0;
      inner[at] = byte ^ 0x36;
      outer[at] = byte ^ 0x5c;
    }
    outer.write(hash('sha1', inner, 'hex'), blockLength, 'hex');
    if (hash('sha1', outer, 'base64') !== field.slice(saltEnd + 1)) return false;
    // Node reads sloppy base64 that OpenSSH calls a bad hash.
    return salt.toString('base64') === saltText;
  };
}

const magic = '|1|';
/** One block of SHA-1, in bytes. */
const blockLength = 64;
/** As long as a SHA-1 digest, in bytes; 28 characters of base64. */
const saltLength = 20;
const saltEnd = magic.length + 28;
const fieldLength = saltEnd + 1 + 28;
