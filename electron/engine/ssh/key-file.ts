import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { assertNever } from '#shared/assert-never.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { KeyFormat, TunnelError } from '#shared/tunnel-error.ts';
import { type FileFailure, type FileText, fileDesk } from './file-desk.ts';
import type { Identity } from './identity.ts';
import { openEncryptedKey } from './key-formats/key-thread.ts';
import { type OpenedKey, parsePublicKey, readPrivateKeyText } from './key-formats/private-key-text.ts';

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
 * Reads a private key in any form that `readPrivateKeyText` knows. An encrypted key whose public half can be seen (in the
 * file, or in `<file>.pub`) asks for its passphrase only when it signs. A FIDO key cannot sign without its hardware: the
 * agent does, if it holds the key.
 */
export async function readKeyFile(
  file: string,
  passphrases: PassphraseSource,
  findInAgent: (publicKey: Buffer) => Promise<Identity | null> = async () => null,
): Promise<Result<Identity, TunnelError>> {
  const read = await readKeyText(file);
  if (!read.ok) return read;
  const { text } = read.value;
  const key = await readPrivateKeyText(text);
  if (key.kind !== 'unsupported' && isOpenToOthers(read.value)) {
    return fail({ code: 'keyFileExposed', file, mode: read.value.mode.toString(8).padStart(4, '0') });
  }
  switch (key.kind) {
    case 'open':
      return succeed(identityOf(file, key.key));
    case 'unsupported':
      return unsupported(file, key.format);
    case 'securityKey': {
      const held = await findInAgent(key.publicKey);
      return held ? succeed(held) : unsupported(file, 'securityKey');
    }
    case 'encrypted': {
      const publicKey = key.publicKey ?? (await publicHalfBeside(file));
      const open: OpenKey = (passphrase) => openEncryptedKey(text, key, passphrase);
      if (publicKey) return succeed(lazyIdentity(file, open, publicKey, passphrases));
      // An encrypted file that hides its public half, without its .pub: the passphrase is needed now.
      const opened = await decrypt(file, open, passphrases);
      return opened.ok ? succeed(identityOf(file, opened.value)) : unsupported(file, opened.error);
    }
    default:
      return assertNever(key);
  }
}

/** The text of a key file. Fails where there is none, where it can be no key, and where its disk does not answer. */
export async function readKeyText(file: string, desk = fileDesk): Promise<Result<FileText, TunnelError>> {
  const read = await desk.read(expandHome(file), LARGEST_KEY_FILE_BYTES);
  return read.ok ? read : fail(nameFailure(file, read.error));
}

/** Replaces a leading `~` by the home folder, as shells and ssh do. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') || path.startsWith('~\\')
    ? join(homedir(), path.slice(1))
    : path;
}

/**
 * Claims that others may use a file of ours, for which ssh ignores a private key in it (authfile.c, sshkey_perm_ok); it minds no file of
 * somebody else's, such as root's. Windows has no such modes.
 */
function isOpenToOthers({ mode, owner }: FileText): boolean {
  return process.platform !== 'win32' && owner === process.getuid?.() && (mode & 0o077) !== 0;
}

type OpenKey = (passphrase: string) => Promise<OpenedKey>;

function identityOf(label: string, key: ParsedKey): Identity {
  return { label, publicKey: key, sign: async (data, hash) => signWith(key, data, hash) };
}

function lazyIdentity(
  file: string,
  open: OpenKey,
  publicKey: ParsedKey,
  passphrases: PassphraseSource,
): Identity {
  let opened: Promise<Result<ParsedKey, KeyFormat>> | undefined;
  return {
    label: file,
    publicKey,
    sign: async (data, hash) => {
      opened ??= decrypt(file, open, passphrases);
      const key = await opened;
      if (!key.ok) throw new Error('The key file holds no key that can be used.');
      return signWith(key.value, data, hash);
    },
  };
}

/** Asks until the passphrase is right; rejects when nobody gives one. */
async function decrypt(
  file: string,
  open: OpenKey,
  passphrases: PassphraseSource,
): Promise<Result<ParsedKey, KeyFormat>> {
  for (let attempt = 1; ; attempt += 1) {
    const opened = await open(await passphrases.ask(file, attempt));
    if (opened.kind === 'wrongPassphrase') continue;
    passphrases.opened(file);
    return opened.kind === 'open' ? succeed(opened.key) : fail(opened.format);
  }
}

function signWith(key: ParsedKey, data: Buffer, hash: string | undefined): Buffer {
  const signature = key.sign(data, hash) as Buffer | Error;
  if (signature instanceof Error) throw signature;
  return signature;
}

async function publicHalfBeside(file: string): Promise<ParsedKey | null> {
  const line = await readKeyText(`${file}.pub`);
  return line.ok ? parsePublicKey(line.value.text.trim().split(/\s+/)[1] ?? '') : null;
}

function nameFailure(file: string, failure: FileFailure): TunnelError {
  switch (failure.reason) {
    case 'notAFile':
      return { code: 'keyFileUnsupported', file, format: 'unknown' };
    case 'tooLarge':
      return { code: 'keyFileUnsupported', file, format: 'tooLarge' };
    case 'unreadable':
      return failure.cause === 'ENOENT' || failure.cause === 'ENOTDIR'
        ? { code: 'keyFileMissing', file }
        : { code: 'keyFileUnreadable', file, cause: failure.cause };
    default:
      return assertNever(failure);
  }
}

function unsupported(file: string, format: KeyFormat): Result<never, TunnelError> {
  return fail({ code: 'keyFileUnsupported', file, format });
}
