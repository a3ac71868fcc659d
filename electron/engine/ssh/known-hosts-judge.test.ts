import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';
import { lookUpHost } from './known-hosts.ts';
import { hashName } from './known-hosts-hash.ts';
import { judgeHostKey } from './known-hosts-judge.ts';
import { ssh2 } from './ssh2.ts';

let directory: string;
/** The key that the server shows, another of its type, and one of another type. */
let own: TestKey;
let other: TestKey;
let rsa: TestKey;
let server: ssh2.Server;
let port: number;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-judge-'));
  own = makeTestKey(directory, 'own', '-t', 'ed25519');
  other = makeTestKey(directory, 'other', '-t', 'ed25519');
  rsa = makeTestKey(directory, 'rsa', '-t', 'rsa', '-b', '2048');
  server = new ssh2.Server({ hostKeys: [readFileSync(own.file)] }, (client) => {
    client.on('error', () => {}).on('authentication', (attempt) => attempt.reject());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(directory, { recursive: true });
});

/** What the real ssh makes of the server's key, given this known_hosts file and told never to ask. */
async function askSsh(text: string): Promise<string> {
  const file = join(directory, 'known_hosts');
  writeFileSync(file, text);
  const options = [
    `UserKnownHostsFile=${file}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'BatchMode=yes',
    'IdentityFile=/dev/null',
    'IdentityAgent=none',
  ].flatMap((option) => ['-o', option]);
  const ssh = spawn('ssh', ['-F', 'none', ...options, '-p', String(port), 'nobody@localhost', 'true'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  ssh.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await new Promise<void>((resolve, reject) => ssh.on('error', reject).on('close', () => resolve()));
  // `unknown` before `revoked`: ssh tells what it found under the host alone and then calls the key unknown.
  if (said.includes('Permission denied')) return 'known';
  if (/No \S+ host key is known for/.test(said)) return 'unknown';
  if (said.includes('has changed and you have requested strict checking')) return 'changed';
  if (said.includes('was revoked and you have requested strict checking')) return 'revoked';
  throw new Error(`ssh said something unforeseen: ${said}`);
}

function judge(text: string) {
  return judgeHostKey(lookUpHost(text, { host: 'localhost', port }), own.key);
}

describe('judgeHostKey, compared with ssh', () => {
  const named = (key: TestKey, marker = '') => `${marker}[localhost]:${port} ${key.line}\n`;
  const bare = (key: TestKey, marker = '') => `${marker}localhost ${key.line}\n`;

  const cases: readonly (readonly [string, string, () => string])[] = [
    ['no line at all', 'unknown', () => ''],
    ['a line about another host', 'unknown', () => `elsewhere ${own.line}\n`],
    ['its key', 'known', () => named(own)],
    ['its key, hashed', 'known', () => `${hashName(`[localhost]:${port}`)} ${own.line}\n`],
    ['its key by a wildcard', 'known', () => `[local*]:*,!nothing ${own.line}\n`],
    ['its key among others', 'known', () => named(other) + named(rsa) + named(own)],
    ['another key', 'changed', () => named(other)],
    ['a key of another type', 'changed', () => named(rsa)],
    ['another key, hashed', 'changed', () => `${hashName(`[localhost]:${port}`)} ${other.line}\n`],
    ['its key excluded by a negation', 'unknown', () => `[localhost]:*,![localhost]:${port} ${own.line}\n`],
    ['its key revoked', 'revoked', () => named(own, '@revoked ')],
    ['its key trusted and then revoked everywhere', 'revoked', () => `${named(own)}@revoked * ${own.line}\n`],
    ['another key trusted and its own revoked', 'revoked', () => named(other) + named(own, '@revoked ')],
    ['only another key revoked', 'unknown', () => named(other, '@revoked ')],
    ['its key, and another one revoked', 'known', () => named(own) + named(other, '@revoked ')],
    ['its key only as a certificate authority', 'unknown', () => named(own, '@cert-authority ')],
    ['its key under the host alone', 'known', () => bare(own)],
    ['another key under the host alone', 'unknown', () => bare(other)],
    ['a key of another type under the host alone', 'unknown', () => bare(rsa)],
    [
      'its key under the host alone and another under the full name',
      'changed',
      () => bare(own) + named(other),
    ],
    ['its key under both names', 'known', () => bare(own) + named(own)],
    ['its key in a broken line', 'unknown', () => named(own).replace('AAAAC3', 'AAAA')],
  ];
  it.each(cases)('%s makes it %s', async (_what, verdict, text) => {
    expect(judge(text()).verdict).toBe(verdict);
    expect(await askSsh(text())).toBe(verdict);
  });

  it('refuses a key revoked under the host alone, where ssh asks as for an unknown one', async () => {
    for (const text of [bare(own, '@revoked '), bare(own) + bare(own, '@revoked ')]) {
      expect(judge(text).verdict).toBe('revoked');
      expect(await askSsh(text)).toBe('unknown');
    }
  });
});

describe('judgeHostKey', () => {
  it('names the lines that bear a verdict out', () => {
    const text = `[localhost]:${port} ${other.line}\n*localhost* ${rsa.line}\nlocalhost ${own.line}\n`;
    expect(judge(text)).toMatchObject({
      verdict: 'changed',
      offered: own.key,
      conflicting: [
        { line: 1, key: other.key },
        { line: 2, key: rsa.key },
      ],
    });
    expect(judge(`localhost ${own.line}\nlocalhost ${other.line}\n`)).toMatchObject({
      verdict: 'known',
      matching: [{ line: 1, matchedBy: 'bareHost' }],
    });
    expect(judge(`# \n@revoked * ${own.line}\n@revoked * ${rsa.line}\n`)).toMatchObject({
      verdict: 'revoked',
      revoking: [{ line: 2 }],
    });
    expect(judge(`localhost ${other.line}\n`)).toMatchObject({
      verdict: 'unknown',
      elsewhere: [{ line: 1 }],
    });
  });

  it('reports certificate authorities, which make nothing known', () => {
    expect(judge(`@cert-authority *localhost* ${own.line}\n`)).toMatchObject({
      verdict: 'unknown',
      certAuthorities: [{ line: 1, marker: 'certAuthority', key: own.key }],
    });
  });
});
