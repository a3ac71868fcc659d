import { createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { fail, type Result, succeed } from '#shared/result.ts';
import { readSshStrings, sshString } from '../ssh-string.ts';
import { type Argon2, argon2 } from './argon2.ts';
import type { PrivateKeyParts } from './private-key-parts.ts';

/** A key file of PuTTY's, taken apart and still closed. */
export interface PuttyFile {
  readonly version: 2 | 3;
  /** The key's type in SSH, such as `ssh-ed25519`. */
  readonly type: string;
  readonly isEncrypted: boolean;
  readonly comment: string;
  readonly publicKey: Buffer;
  readonly privateKey: Buffer;
  readonly derivation: Argon2 | null;
  readonly mac: Buffer;
}

/** Claims that a text is a key file of PuTTY's, version 2 or 3. */
export function isPuttyKey(text: string): boolean {
  return /^PuTTY-User-Key-File-[23]:/.test(text);
}

/** Takes a key file apart (PuTTY User Manual, appendix C, PPK file format). Null where it is broken. */
export function readPuttyFile(text: string): PuttyFile | null {
  const fields = readFields(text);
  const version = fields.has('PuTTY-User-Key-File-3') ? 3 : 2;
  const type = fields.get(`PuTTY-User-Key-File-${version}`);
  const encryption = fields.get('Encryption');
  const mac = fields.get('Private-MAC');
  const isEncrypted = encryption === 'aes256-cbc';
  if (type === undefined || mac === undefined || (encryption !== 'none' && !isEncrypted)) return null;
  const derivation = version === 3 && isEncrypted ? readDerivation(fields) : null;
  if (version === 3 && isEncrypted && derivation === null) return null;
  const privateKey = Buffer.from(fields.get('Private-Lines') ?? '', 'base64');
  if (isEncrypted && privateKey.length % 16 !== 0) return null;
  return {
    version,
    type,
    isEncrypted,
    comment: fields.get('Comment') ?? '',
    publicKey: Buffer.from(fields.get('Public-Lines') ?? '', 'base64'),
    privateKey,
    derivation,
    mac: Buffer.from(mac, 'hex'),
  };
}

/** Why a key file stayed closed. */
export type PuttyFailure = 'wrongPassphrase' | 'broken';

/**
 * Opens a key file. What proves the passphrase is the file's MAC, which also covers the public half; in a file that is not
 * encrypted it shows damage.
 */
export async function openPuttyFile(
  file: PuttyFile,
  passphrase: string,
): Promise<Result<PrivateKeyParts, PuttyFailure>> {
  const keys = await deriveKeys(file, passphrase);
  if (keys === null) return fail('broken');
  const plain = file.isEncrypted ? decrypt(file.privateKey, keys) : file.privateKey;
  const covered = Buffer.concat([
    sshString(file.type),
    sshString(file.isEncrypted ? 'aes256-cbc' : 'none'),
    sshString(file.comment),
    sshString(file.publicKey),
    sshString(plain),
  ]);
  const mac = createHmac(file.version === 3 ? 'sha256' : 'sha1', keys.mac)
    .update(covered)
    .digest();
  if (mac.length !== file.mac.length || !timingSafeEqual(mac, file.mac)) {
    return fail(file.isEncrypted ? 'wrongPassphrase' : 'broken');
  }
  // PuTTY's padding follows the strings.
  const [publicFields, secrets] = [readSshStrings(file.publicKey).strings, readSshStrings(plain).strings];
  const parts = partsOf(file.type, publicFields, secrets);
  return parts ? succeed(parts) : fail('broken');
}

/** Header lines, and under `Public-Lines` and `Private-Lines` the lines that these count. */
function readFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at++) {
    const [, name = '', value = ''] = /^([A-Za-z0-9-]+): (.*)$/.exec(lines[at] ?? '') ?? [];
    if (name.endsWith('-Lines')) {
      const count = Math.min(Number(value) || 0, lines.length);
      fields.set(name, lines.slice(at + 1, at + 1 + count).join(''));
      at += count;
    } else if (name !== '') {
      fields.set(name, value);
    }
  }
  return fields;
}

function readDerivation(fields: ReadonlyMap<string, string>): Argon2 | null {
  const flavour = fields.get('Key-Derivation');
  const number = (name: string) => Number(fields.get(`Argon2-${name}`));
  if (flavour !== 'Argon2id' && flavour !== 'Argon2i') return null;
  return {
    flavour,
    memoryKib: number('Memory'),
    passes: number('Passes'),
    parallelism: number('Parallelism'),
    salt: Buffer.from(fields.get('Argon2-Salt') ?? '', 'hex'),
  };
}

interface Keys {
  readonly cipher: Buffer;
  readonly iv: Buffer;
  readonly mac: Buffer;
}

/** Null where the file asks for what cannot be computed. */
async function deriveKeys(file: PuttyFile, passphrase: string): Promise<Keys | null> {
  const none = Buffer.alloc(0);
  if (file.version === 2) {
    const secret = file.isEncrypted ? passphrase : '';
    const part = (counter: number) =>
      createHash('sha1')
        .update(Buffer.from([0, 0, 0, counter]))
        .update(secret)
        .digest();
    const mac = createHash('sha1').update('putty-private-key-file-mac-key').update(secret).digest();
    return { cipher: Buffer.concat([part(0), part(1)]).subarray(0, 32), iv: Buffer.alloc(16), mac };
  }
  if (file.derivation === null) return { cipher: none, iv: none, mac: none };
  const material = await argon2(file.derivation, passphrase, 32 + 16 + 32);
  if (material === null) return null;
  return { cipher: material.subarray(0, 32), iv: material.subarray(32, 48), mac: material.subarray(48) };
}

function decrypt(encrypted: Buffer, { cipher, iv }: Keys): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', cipher, iv).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

function partsOf(
  type: string,
  publicFields: readonly Buffer[],
  secrets: readonly Buffer[],
): PrivateKeyParts | null {
  const [, first, second] = publicFields;
  const [secret, p, q, qi] = secrets;
  if (first === undefined || secret === undefined) return null;
  if (type === 'ssh-ed25519') return { type: 'ed25519', publicKey: first, seed: secret };
  if (second === undefined) return null;
  const curve = /^ecdsa-sha2-(nistp(?:256|384|521))$/.exec(type)?.[1];
  if (curve !== undefined) return { type: 'ecdsa', curve, point: second, d: secret };
  if (type !== 'ssh-rsa' || p === undefined || q === undefined || qi === undefined) return null;
  return { type: 'rsa', e: first, n: second, d: secret, p, q, qi };
}
