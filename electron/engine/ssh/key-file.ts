import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { KeyFormat, TunnelError } from '#shared/tunnel-error.ts';
import { parseHostKeyBase64 } from './host-key.ts';
import type { Identity } from './identity.ts';
import { ssh2 } from './ssh2.ts';

/** No private key comes near this size; a file beyond it is something else. */
const LARGEST_KEY_FILE_BYTES = 256 * 1024;

/** Where passphrases come from. */
export interface PassphraseSource {
  /** Gives the passphrase of a key file; `attempt` counts from 1, and above 1 the last one was wrong. Rejects to give up. */
  ask(keyFile: string, attempt: number): Promise<string>;
  /** The last passphrase given opened the key. */
  opened(keyFile: string): void;
}

/**
 * Reads a private key: OpenSSH's own format, PEM, or PuTTY's version 2. An encrypted key whose public
 * half can be seen (in the file, or in `<file>.pub`) asks for its passphrase only when it signs.
 */
export async function readKeyFile(
  file: string,
  passphrases: PassphraseSource,
): Promise<Result<Identity, TunnelError>> {
  const path = expandHome(file);
  let text: string;
  try {
    const about = await stat(path);
    if (about.isDirectory()) return fail({ code: 'keyFileUnreadable', file, cause: 'EISDIR' });
    // A device or a pipe may have no end, or never begin.
    if (!about.isFile()) return unsupported(file, 'unknown');
    if (about.size > LARGEST_KEY_FILE_BYTES) return unsupported(file, 'tooLarge');
    text = await readFile(path, 'latin1');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? fail({ code: 'keyFileMissing', file })
      : fail({ code: 'keyFileUnreadable', file, cause: code ?? 'unknown cause' });
  }
  const foreign = foreignFormat(text);
  if (foreign !== null) return unsupported(file, foreign);

  const plain = parsePrivateKey(text, undefined);
  if (plain) return succeed(identityOf(file, plain));
  if (!isEncrypted(text)) return unsupported(file, 'unknown');

  const publicKey = publicHalfInside(text) ?? (await publicHalfBeside(path));
  if (publicKey) return succeed(lazyIdentity(file, text, publicKey, passphrases));
  // Only an encrypted PEM file without its .pub: to know the public half, the passphrase is needed now.
  const opened = await decrypt(file, text, passphrases);
  return succeed(identityOf(file, opened));
}

/** Replaces a leading `~` by the home folder, as shells and ssh do. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith('~\\')
    ? join(homedir(), path.slice(1))
    : path;
}

function identityOf(label: string, key: ParsedKey): Identity {
  return { label, publicKey: key, sign: async (data, hash) => signWith(key, data, hash) };
}

function lazyIdentity(
  file: string,
  text: string,
  publicKey: ParsedKey,
  passphrases: PassphraseSource,
): Identity {
  let opened: Promise<ParsedKey> | undefined;
  return {
    label: file,
    publicKey,
    sign: async (data, hash) => {
      opened ??= decrypt(file, text, passphrases);
      return signWith(await opened, data, hash);
    },
  };
}

async function decrypt(file: string, text: string, passphrases: PassphraseSource): Promise<ParsedKey> {
  for (let attempt = 1; ; attempt += 1) {
    const key = parsePrivateKey(text, await passphrases.ask(file, attempt));
    if (key) {
      passphrases.opened(file);
      return key;
    }
  }
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

function signWith(key: ParsedKey, data: Buffer, hash: string | undefined): Buffer {
  const signature = key.sign(data, hash) as Buffer | Error;
  if (signature instanceof Error) throw signature;
  return signature;
}

function isEncrypted(text: string): boolean {
  if (/^Encryption: (?!none)/m.test(text) && text.startsWith('PuTTY-User-Key-File-2')) return true;
  if (/^Proc-Type: 4,ENCRYPTED/m.test(text)) return true;
  const container = openSshContainer(text);
  return container !== null && container.cipher !== 'none';
}

/** The public half of an OpenSSH private key, which is not encrypted (OpenSSH, PROTOCOL.key). */
function publicHalfInside(text: string): ParsedKey | null {
  const container = openSshContainer(text);
  return container ? parsePublicKey(container.publicKey.toString('base64')) : null;
}

async function publicHalfBeside(path: string): Promise<ParsedKey | null> {
  const line = await readFile(`${path}.pub`, 'latin1').catch(() => '');
  return parsePublicKey(line.trim().split(/\s+/)[1] ?? '');
}

function parsePublicKey(base64: string): ParsedKey | null {
  const type = parseHostKeyBase64(base64)?.type;
  if (type === undefined) return null;
  const parsed = ssh2.utils.parseKey(`${type} ${base64}`) as ParsedKey | Error;
  return parsed instanceof Error ? null : parsed;
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

/** Names formats that ssh2 cannot read, so that the error can. */
function foreignFormat(text: string): KeyFormat | null {
  if (/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/m.test(text)) return 'pkcs8';
  if (text.startsWith('PuTTY-User-Key-File-3')) return 'puttyV3';
  if (/^(?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]/.test(text)) return 'publicKey';
  if (/^-----BEGIN CERTIFICATE-----/m.test(text)) return 'certificate';
  return null;
}

function unsupported(file: string, format: KeyFormat): Result<never, TunnelError> {
  return fail({ code: 'keyFileUnsupported', file, format });
}
