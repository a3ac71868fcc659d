import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { ParsedKey } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type OpenedKey, type PrivateKeyText, readPrivateKeyText } from './private-key-text.ts';

// Programs that make keys take their time to find primes.
vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
const passphrase = 'Sesam öffne dich';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-key-formats-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function opened(text: PrivateKeyText | OpenedKey): ParsedKey {
  if (text.kind !== 'open') throw new Error(`The key is ${text.kind}.`);
  return text.key;
}

function encrypted(text: PrivateKeyText) {
  if (text.kind !== 'encrypted') throw new Error(`The key is ${text.kind}.`);
  return text;
}

function expectToSign(key: ParsedKey): void {
  const data = randomBytes(64);
  const hash = key.type === 'ssh-rsa' ? 'sha512' : undefined;
  const signature = key.sign(data, hash as never) as Buffer;
  expect(key.verify(data, signature, hash as never)).toBe(true);
}

describe('a key of PuTTYgen’s', () => {
  const types = [
    ['ed25519', []],
    ['rsa', ['-b', '2048']],
    ['ecdsa', ['-b', '256']],
    ['ecdsa', ['-b', '384']],
    ['ecdsa', ['-b', '521']],
  ] as const;
  const cases = types.flatMap(([type, size]) =>
    [2, 3].flatMap((version) => [false, true].map((isEncrypted) => ({ type, size, version, isEncrypted }))),
  );

  it.each(cases)('opens: $type $size, version $version, encrypted: $isEncrypted', async (wanted) => {
    const { type, size, version, isEncrypted } = wanted;
    const file = join(folder, `${type}${size.join('')}-${version}-${isEncrypted}`);
    await writeFile(`${file}.passphrase`, isEncrypted ? passphrase : '');
    await run('puttygen', [
      ...['-q', '-t', type, ...size, '-C', 'ana’s key', '-o', file],
      ...['--new-passphrase', `${file}.passphrase`, '--ppk-param', `version=${version},passes=2`],
    ]);
    const { stdout } = await run('puttygen', [file, '-L']);
    const publicKey = stdout.split(' ')[1];
    const text = await readPrivateKeyText(await readFile(file, 'latin1'));
    const blob = (key: ParsedKey | null) => key?.getPublicSSH().toString('base64');
    if (isEncrypted) {
      expect(blob(encrypted(text).publicKey)).toBe(publicKey);
      expect(await encrypted(text).open('wrong')).toEqual({ kind: 'wrongPassphrase' });
    }
    const key = opened(isEncrypted ? await encrypted(text).open(passphrase) : text);
    expect(blob(key)).toBe(publicKey);
    expectToSign(key);
  });

  it('that was changed by a bit is not used', async () => {
    const file = join(folder, 'damaged');
    await writeFile(`${file}.passphrase`, '');
    await run('puttygen', ['-q', '-t', 'ed25519', '-o', file, '--new-passphrase', `${file}.passphrase`]);
    const text = await readFile(file, 'latin1');
    expect((await readPrivateKeyText(text)).kind).toBe('open');
    const damaged = text.replace(/^Comment: .*$/m, 'Comment: another');
    expect(await readPrivateKeyText(damaged)).toEqual({ kind: 'unsupported', format: 'unknown' });
  });

  it.each([
    ['memory', 'Argon2-Memory: 4294967295'],
    ['passes', 'Argon2-Passes: 4294967295'],
    ['lanes', 'Argon2-Parallelism: 4'],
    ['nothing', 'Argon2-Memory: none'],
  ])('that asks for too much %s is named, and not tried', async (_what, line) => {
    const file = join(folder, 'greedy');
    await writeFile(`${file}.passphrase`, passphrase);
    await run('puttygen', ['-q', '-t', 'ed25519', '-o', file, '--new-passphrase', `${file}.passphrase`]);
    const [name = ''] = line.split(':');
    const greedy = (await readFile(file, 'latin1')).replace(new RegExp(`^${name}: .*$`, 'm'), line);
    expect(await readPrivateKeyText(greedy)).toEqual({ kind: 'unsupported', format: 'puttyV3' });
  });
});

describe('a key in PKCS#8', () => {
  const pairs = {
    ed25519: () => generateKeyPairSync('ed25519').privateKey,
    rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'ecdsa 256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    'ecdsa 384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    'ecdsa 521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  };

  it.each(Object.entries(pairs))('opens: %s, encrypted or not', async (_type, make) => {
    const privateKey = make();
    const plain = await readPrivateKeyText(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    expectToSign(opened(plain));
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    const closed = encrypted(await readPrivateKeyText(privateKey.export(options).toString()));
    expect(closed.publicKey).toBeNull();
    expect(await closed.open('wrong')).toEqual({ kind: 'wrongPassphrase' });
    const key = opened(await closed.open(passphrase));
    expectToSign(key);
    expect(key.getPublicSSH()).toEqual(opened(plain).getPublicSSH());
  });

  it('is the same key to ssh-keygen', async () => {
    const file = join(folder, 'pkcs8');
    await run('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', '', '-f', file]);
    const key = opened(await readPrivateKeyText(await readFile(file, 'latin1')));
    expect(key.getPublicSSH().toString('base64')).toBe(
      (await readFile(`${file}.pub`, 'latin1')).split(' ')[1],
    );
  });
});

describe('a key file of OpenSSL’s or OpenSSH’s', () => {
  const make = async (name: string, program: string, ...args: string[]) => {
    const file = join(folder, name);
    const { stdout } = await run(program, args, { cwd: folder });
    if (program === 'openssl') await writeFile(file, stdout);
    return readFile(file, 'latin1');
  };

  it('is read where it names its curve first', async () => {
    const text = await make('curve', 'openssl', 'ecparam', '-name', 'prime256v1', '-genkey');
    expect(text).toContain('BEGIN EC PARAMETERS');
    expectToSign(opened(await readPrivateKeyText(text)));
  });

  it('is read beside a certificate, whichever comes first', async () => {
    const key = await make('key', 'openssl', 'genrsa', '-traditional', '2048');
    const subject = ['-new', '-key', 'key', '-subj', '/CN=x'];
    const certificate = await make('certificate', 'openssl', 'req', '-x509', ...subject);
    for (const text of [key + certificate, certificate + key]) {
      expectToSign(opened(await readPrivateKeyText(text)));
    }
    expect(await readPrivateKeyText(certificate)).toEqual({ kind: 'unsupported', format: 'certificate' });
  });

  it('is named where no passphrase could open it here, before one is asked for', async () => {
    const cipher = 'chacha20-poly1305@openssh.com';
    const texts = [
      await make('cha', 'ssh-keygen', '-q', '-t', 'ed25519', '-Z', cipher, '-N', passphrase, '-f', 'cha'),
      await make('cam', 'openssl', 'genrsa', '-traditional', '-camellia256', '-passout', 'pass:x', '2048'),
    ];
    for (const text of texts) {
      expect(await readPrivateKeyText(text)).toEqual({ kind: 'unsupported', format: 'lockedOtherwise' });
    }
  });
});

it('never throws, whatever stands in the file', async () => {
  const heads = [
    'PuTTY-User-Key-File-3: ssh-ed25519\n',
    'PuTTY-User-Key-File-2: ssh-rsa\n',
    '-----BEGIN PRIVATE KEY-----\n',
    '',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...heads),
      fc.array(
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            'Encryption: aes256-cbc',
            'Encryption: none',
            'Public-Lines: 1',
            'Private-Lines: 999999999',
            'Private-MAC: 00',
          ),
          fc.base64String(),
        ),
        { maxLength: 12 },
      ),
      async (head, lines) => {
        const text = await readPrivateKeyText(head + lines.join('\n'));
        if (text.kind === 'encrypted') expect((await text.open('x')).kind).not.toBe('open');
        else expect(text.kind).toBe('unsupported');
      },
    ),
    { numRuns: 300 },
  );
});
