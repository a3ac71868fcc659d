import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from './programs.ts';
import { createTemporaryFolder } from './temporary-folder.ts';

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa';

export interface ClientKeyOptions {
  /** Default ed25519. */
  readonly type?: KeyType;
  /**
   * How the private key is written. `pem` is the old form ("BEGIN RSA PRIVATE KEY"), `pkcs8` OpenSSL's
   * ("BEGIN PRIVATE KEY"); ssh-keygen writes neither for ed25519. Default openssh.
   */
  readonly format?: 'openssh' | 'pem' | 'pkcs8';
  /** Encrypts the key. Default none. */
  readonly passphrase?: string;
  /** How slow a passphrase is to try, for the openssh format: 16 is ssh-keygen's default, 1 is the fastest. */
  readonly kdfRounds?: number;
  readonly comment?: string;
}

/** A key pair in files of a folder of its own. */
export interface ClientKey {
  readonly type: KeyType;
  readonly path: string;
  readonly publicKeyPath: string;
  /** One line of `authorized_keys`, without a line break. */
  readonly publicKeyLine: string;
  /** As ssh-keygen shows it: `SHA256:` and 43 letters. */
  readonly fingerprint: string;
  readonly passphrase: string | null;
  close(): Promise<void>;
}

/** Makes a key pair with the real ssh-keygen. RSA keys have 2048 bits, ECDSA keys 256. */
export async function createClientKey(options: ClientKeyOptions = {}): Promise<ClientKey> {
  const { type = 'ed25519', format = 'openssh', passphrase, kdfRounds, comment = 'culvert-test' } = options;
  if (type === 'ed25519' && format !== 'openssh') {
    throw new Error(`ssh-keygen cannot write an ed25519 key as ${format}.`);
  }
  const folder = await createTemporaryFolder('key');
  const file = path.join(folder.path, `id_${type}`);
  const args = ['-q', '-t', type, '-N', passphrase ?? '', '-C', comment, '-f', file];
  if (type === 'rsa') args.push('-b', '2048');
  if (format !== 'openssh') args.push('-m', format.toUpperCase());
  if (kdfRounds !== undefined) args.push('-a', String(kdfRounds));
  await runProgram('ssh-keygen', args);
  const publicKeyLine = (await readFile(`${file}.pub`, 'utf8')).trim();
  return {
    type,
    path: file,
    publicKeyPath: `${file}.pub`,
    publicKeyLine,
    fingerprint: fingerprintOf(publicKeyLine),
    passphrase: passphrase ?? null,
    close: folder.close,
  };
}

/** The SHA256 fingerprint of a public key line, as `ssh-keygen -l` prints it (base64 without padding). */
export function fingerprintOf(publicKeyLine: string): string {
  const blob = Buffer.from(publicKeyLine.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
