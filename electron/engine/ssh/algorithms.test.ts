import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { algorithmsFor } from './algorithms.ts';
import { makeTestKey } from './host-key-test-keys.ts';
import { ssh2 } from './ssh2.ts';

let directory: string;
let hostKeys: Buffer[];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-algorithms-'));
  hostKeys = [
    makeTestKey(directory, 'ed25519', '-t', 'ed25519'),
    makeTestKey(directory, 'ecdsa', '-t', 'ecdsa'),
    makeTestKey(directory, 'rsa', '-t', 'rsa', '-b', '2048'),
  ].map(({ file }) => readFileSync(file));
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Shakes hands with a real ssh2 server; resolves to what was agreed, rejects with ssh2's error. */
async function negotiate(
  offered: ssh2.Algorithms,
  served: ssh2.Algorithms = {},
): Promise<ssh2.NegotiatedAlgorithms> {
  const server = new ssh2.Server({ hostKeys, algorithms: served }, (client) => client.on('error', () => {}));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new ssh2.Client();
  try {
    return await new Promise((resolve, reject) => {
      client.on('handshake', resolve).on('error', reject);
      client.connect({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        username: 'nobody',
        algorithms: offered,
        hostVerifier: () => true,
      });
    });
  } finally {
    client.on('error', () => {}).destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

describe('algorithmsFor', () => {
  it('offers no finite-field Diffie-Hellman and no SHA-1', () => {
    const names = Object.values(
      algorithmsFor({ legacy: false, knownKeyTypes: ['ssh-rsa', 'ssh-dss'] }),
    ).flat();
    expect(names.filter((name) => /diffie-hellman|sha1|cbc|arcfour|md5|dss|^ssh-rsa$/.test(name))).toEqual(
      [],
    );
  });

  it('adds exactly one exchange and RSA with SHA-1 for old servers, both last', () => {
    const usual = algorithmsFor({ legacy: false, knownKeyTypes: [] });
    const legacy = algorithmsFor({ legacy: true, knownKeyTypes: [] });
    expect(legacy).toEqual({
      ...usual,
      kex: [...usual.kex, 'diffie-hellman-group14-sha256'],
      serverHostKey: [...usual.serverHostKey, 'ssh-rsa'],
    });
  });

  it('asks first for the types of key that are known, keeping the order otherwise', () => {
    const order = (legacy: boolean, ...knownKeyTypes: string[]) =>
      algorithmsFor({ legacy, knownKeyTypes }).serverHostKey;
    const usual = order(false);
    expect(usual[0]).toBe('ssh-ed25519');
    expect(order(false, 'ssh-ed25519')).toEqual(usual);
    expect(order(false, 'ssh-rsa').slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    expect(order(true, 'ssh-rsa').slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']);
    expect(order(false, 'ssh-rsa', 'ecdsa-sha2-nistp384').slice(0, 3)).toEqual([
      'ecdsa-sha2-nistp384',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
    expect(order(false, 'sk-ssh-ed25519@openssh.com')).toEqual(usual);
    expect([...order(false, 'ssh-rsa')].sort()).toEqual([...usual].sort());
  });

  it('hands out lists that the caller may change', () => {
    algorithmsFor({ legacy: false, knownKeyTypes: [] }).kex.length = 0;
    expect(algorithmsFor({ legacy: false, knownKeyTypes: [] }).kex).not.toEqual([]);
  });

  it('reaches a server that has no ChaCha20', async () => {
    const offered = algorithmsFor({ legacy: false, knownKeyTypes: [] });
    const agreed = await negotiate(offered, { cipher: ['aes256-ctr', 'aes128-gcm@openssh.com'] });
    expect(agreed.cs.cipher).toBe('aes128-gcm@openssh.com');
  });

  it('is accepted by ssh2, which throws on a name it cannot do', async () => {
    for (const legacy of [false, true]) {
      const agreed = await negotiate(algorithmsFor({ legacy, knownKeyTypes: [] }));
      expect(agreed).toMatchObject({
        kex: 'curve25519-sha256',
        serverHostKey: 'ssh-ed25519',
        cs: { cipher: 'chacha20-poly1305@openssh.com', compress: 'none' },
      });
    }
  });

  it('gets the key type that is known from a server that has several', async () => {
    const agreed = (...knownKeyTypes: string[]) => negotiate(algorithmsFor({ legacy: false, knownKeyTypes }));
    expect((await agreed('ssh-rsa')).serverHostKey).toBe('rsa-sha2-512');
    expect((await agreed('ecdsa-sha2-nistp256')).serverHostKey).toBe('ecdsa-sha2-nistp256');
  });

  it('reaches a server with finite-field exchanges alone only as legacy, and never through group18', async () => {
    const old: ssh2.Algorithms = { kex: ['diffie-hellman-group18-sha512', 'diffie-hellman-group14-sha256'] };
    const usual = algorithmsFor({ legacy: false, knownKeyTypes: [] });
    const legacy = algorithmsFor({ legacy: true, knownKeyTypes: [] });
    await expect(negotiate(usual, old)).rejects.toThrow('no matching key exchange algorithm');
    expect((await negotiate(legacy, old)).kex).toBe('diffie-hellman-group14-sha256');
  });

  it('reaches a server that knows curve25519 by its older name alone', async () => {
    const offered = algorithmsFor({ legacy: false, knownKeyTypes: [] });
    const hardened: ssh2.Algorithms = { kex: ['curve25519-sha256@libssh.org'] };
    expect((await negotiate(offered, hardened)).kex).toBe('curve25519-sha256@libssh.org');
  });
});
