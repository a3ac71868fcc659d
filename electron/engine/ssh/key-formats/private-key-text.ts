import type { ParsedKey } from 'ssh2';
import { assertNever } from '#shared/assert-never.ts';
import type { KeyFormat } from '#shared/tunnel-error.ts';
import { parseHostKeyBase64 } from '../host-key.ts';
import { readSshStrings } from '../ssh-string.ts';
import { ssh2 } from '../ssh2.ts';
import { canDerive } from './argon2.ts';
import { isEncryptedPkcs8, isPkcs8, readPkcs8 } from './pkcs8-key.ts';
import { readPkcs8Lock } from './pkcs8-lock.ts';
import { type PrivateKeyParts, toOpenSshKey } from './private-key-parts.ts';
import { isPuttyKey, openPuttyFile, readPuttyFile } from './putty-key.ts';

/** What a passphrase gave. `unsupported`: it opened the file, and no key of SSH is inside. */
export type OpenedKey =
  | { readonly kind: 'open'; readonly key: ParsedKey }
  | { readonly kind: 'wrongPassphrase' }
  | { readonly kind: 'unsupported'; readonly format: KeyFormat };

/** The text of a private key file, in whatever form. */
export type PrivateKeyText =
  | { readonly kind: 'open'; readonly key: ParsedKey }
  | {
      readonly kind: 'encrypted';
      /** As far as it can be seen without the passphrase. */
      readonly publicKey: ParsedKey | null;
      open(passphrase: string): Promise<OpenedKey>;
    }
  /** A FIDO key: the file holds a handle, and only the hardware signs (OpenSSH, PROTOCOL.u2f). */
  | { readonly kind: 'securityKey'; readonly publicKey: Buffer }
  | { readonly kind: 'unsupported'; readonly format: KeyFormat };

/**
 * Reads a private key in OpenSSH's own form, in PEM (RFC 1421), in PKCS#8, or in PuTTY's versions 2 and 3, from the text of a
 * file. What ssh2 cannot read itself is put into OpenSSH's form in memory.
 */
export async function readPrivateKeyText(file: string): Promise<PrivateKeyText> {
  const text = keyBlock(file);
  const foreign = foreignFormat(text);
  if (foreign !== null) return { kind: 'unsupported', format: foreign };
  if (isPkcs8(text)) return readPkcs8Text(text);
  if (isPuttyKey(text)) return readPuttyText(text);
  const container = openSshContainer(text);
  if (container && isSecurityKey(container.publicKey)) {
    return { kind: 'securityKey', publicKey: container.publicKey };
  }
  const plain = parsePrivateKey(text, undefined);
  if (plain) return { kind: 'open', key: plain };
  if (!isEncrypted(text)) return unknown;
  if (isLockedOtherwise(text)) return { kind: 'unsupported', format: 'lockedOtherwise' };
  return {
    kind: 'encrypted',
    publicKey: publicHalfInside(text),
    open: async (passphrase) => openedKey(parsePrivateKey(text, passphrase)),
  };
}

/** Reads a public key in base64, as it stands in a `.pub` file. */
export function parsePublicKey(base64: string): ParsedKey | null {
  const type = parseHostKeyBase64(base64)?.type;
  if (type === undefined) return null;
  const parsed = ssh2.utils.parseKey(`${type} ${base64}`) as ParsedKey | Error;
  return parsed instanceof Error ? null : parsed;
}

const unknown = { kind: 'unsupported', format: 'unknown' } as const;

/** The private key of a file that holds more: a certificate, the curve of an EC key. All of it where there is none. */
function keyBlock(text: string): string {
  return /^-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----[\s\S]*?^-----END \1-----/m.exec(text)?.[0] ?? text;
}

/** Names what is no private key at all, so that the error can. */
function foreignFormat(text: string): KeyFormat | null {
  if (/^(?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]/.test(text)) return 'publicKey';
  if (/^-----BEGIN CERTIFICATE-----/m.test(text)) return 'certificate';
  return null;
}

function readPkcs8Text(text: string): PrivateKeyText {
  if (isEncryptedPkcs8(text)) {
    const lock = readPkcs8Lock(text);
    if (lock === 'broken') return unknown;
    if (lock === 'unknown') return { kind: 'unsupported', format: 'pkcs8Locked' };
    return { kind: 'encrypted', publicKey: null, open: async (passphrase) => openPkcs8(text, passphrase) };
  }
  const opened = openPkcs8(text, undefined);
  return opened.kind === 'open' ? opened : { kind: 'unsupported', format: 'pkcs8' };
}

function openPkcs8(text: string, passphrase: string | undefined): OpenedKey {
  const read = readPkcs8(text, passphrase);
  switch (read.kind) {
    case 'closed':
      return { kind: 'wrongPassphrase' };
    case 'unsupported':
      return { kind: 'unsupported', format: 'pkcs8' };
    case 'key': {
      const key = keyOfParts(read.parts);
      return key ? { kind: 'open', key } : { kind: 'unsupported', format: 'pkcs8' };
    }
    default:
      return assertNever(read);
  }
}

async function readPuttyText(text: string): Promise<PrivateKeyText> {
  const file = readPuttyFile(text);
  if (file === null) return unknown;
  if (file.derivation !== null && !canDerive(file.derivation))
    return { kind: 'unsupported', format: 'puttyV3' };
  const open = async (passphrase: string): Promise<OpenedKey> => {
    const opened = await openPuttyFile(file, passphrase);
    if (!opened.ok) return opened.error === 'wrongPassphrase' ? { kind: 'wrongPassphrase' } : unknown;
    const key = keyOfParts(opened.value);
    return key ? { kind: 'open', key } : unknown;
  };
  if (file.isEncrypted) {
    return { kind: 'encrypted', publicKey: parsePublicKey(file.publicKey.toString('base64')), open };
  }
  const opened = await open('');
  return opened.kind === 'open' ? opened : unknown;
}

const openedKey = (key: ParsedKey | null): OpenedKey =>
  key ? { kind: 'open', key } : { kind: 'wrongPassphrase' };

function keyOfParts(parts: PrivateKeyParts): ParsedKey | null {
  return parsePrivateKey(toOpenSshKey(parts), undefined);
}

function parsePrivateKey(text: string, passphrase: string | undefined): ParsedKey | null {
  // ssh2 takes an empty passphrase for none, and then would not try to decrypt.
  const parsed = ssh2.utils.parseKey(text, passphrase === '' ? undefined : passphrase) as
    | ParsedKey
    | ParsedKey[]
    | Error;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  return key === undefined || key instanceof Error || !key.isPrivateKey() ? null : key;
}

/**
 * Claims that no passphrase opens it here, before anybody is asked for one. ssh2 says so of ciphers that it does not know; it
 * stumbles over ChaCha20-Poly1305, which has no initialization vector.
 */
function isLockedOtherwise(text: string): boolean {
  if (openSshContainer(text)?.cipher.startsWith('chacha20-poly1305')) return true;
  const parsed: unknown = ssh2.utils.parseKey(text);
  return parsed instanceof Error && /not supported|unsupported cipher/i.test(parsed.message);
}

function isEncrypted(text: string): boolean {
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const container = openSshContainer(text);
  return container !== null && container.cipher !== 'none';
}

/** The public half of an OpenSSH private key, which is not encrypted (OpenSSH, PROTOCOL.key). */
function publicHalfInside(text: string): ParsedKey | null {
  const container = openSshContainer(text);
  return container ? parsePublicKey(container.publicKey.toString('base64')) : null;
}

function isSecurityKey(publicKey: Buffer): boolean {
  return readSshStrings(publicKey).strings[0]?.toString('latin1').startsWith('sk-') === true;
}

function openSshContainer(text: string): { cipher: string; publicKey: Buffer } | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body, 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) return null;
  const fields: Buffer[] = [];
  let offset = magic.length;
  // cipher, kdf, kdf options; then the number of keys; then the first public key
  while (fields.length < 4) {
    if (fields.length === 3) offset += 4;
    if (offset + 4 > bytes.length) return null;
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return null;
    fields.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  const [cipher, , , publicKey] = fields;
  return cipher && publicKey ? { cipher: cipher.toString('latin1'), publicKey } : null;
}
