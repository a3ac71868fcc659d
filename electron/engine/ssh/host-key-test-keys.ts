import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostKey, parseHostKeyBase64 } from './host-key.ts';

/** A key pair that the real `ssh-keygen` made, for tests. */
export interface TestKey {
  /** Path of the private key; the public one ends in `.pub`. */
  readonly file: string;
  /** Type and base64, as they stand in a known_hosts line. */
  readonly line: string;
  readonly key: HostKey;
}

/** Makes a key pair without a passphrase in `directory`. Throws if `ssh-keygen` is not installed. */
export function makeTestKey(directory: string, name: string, ...options: readonly string[]): TestKey {
  const file = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', '', '-f', file, ...options]);
  const [type = '', base64 = ''] = readFileSync(`${file}.pub`, 'utf8').trim().split(' ');
  const key = parseHostKeyBase64(base64);
  if (!key) throw new Error(`Not read as a host key: ${type} ${base64}`);
  return { file, line: `${type} ${base64}`, key };
}
