import { readFile } from 'node:fs/promises';
import { createClientKey, type KeyType } from './client-keys.ts';

/** One host key of a test server. */
export interface HostKey {
  readonly type: KeyType;
  /** Key type and base64, as they stand in `known_hosts` after the host's name. */
  readonly publicKeyLine: string;
  /** `SHA256:` and 43 letters. */
  readonly fingerprint: string;
  /** The private key in OpenSSH's format. */
  readonly privateKey: string;
}

const cache = new Map<KeyType, Promise<HostKey>>();

/** One host key of each type, in that order. Made once a process: a fresh RSA key costs a third of a second. */
export function hostKeysOf(types: readonly KeyType[]): Promise<readonly HostKey[]> {
  return Promise.all(
    types.map((type) => {
      const known = cache.get(type) ?? createHostKey(type);
      cache.set(type, known);
      return known;
    }),
  );
}

/** A host key that no server has had before. */
export async function createHostKey(type: KeyType): Promise<HostKey> {
  const { path, publicKeyLine, fingerprint, close } = await createClientKey({ type });
  const privateKey = await readFile(path, 'utf8');
  await close();
  return { type, publicKeyLine: publicKeyLine.split(' ', 2).join(' '), fingerprint, privateKey };
}

/** Lines of `known_hosts` for these keys at a server's address (sshd(8): `[host]:port` unless the port is 22). */
export function knownHostsLines(
  host: string,
  port: number,
  keys: readonly Pick<HostKey, 'publicKeyLine'>[],
): string {
  const name = port === 22 ? host : `[${host}]:${port}`;
  return keys.map((key) => `${name} ${key.publicKeyLine}\n`).join('');
}
