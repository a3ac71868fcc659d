import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Identity } from './identity.ts';
import { expandHome, type PassphraseSource, readKeyFile } from './key-file.ts';

// ssh-keygen takes its time to find primes.
vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-key-file-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;

/** A real key pair by ssh-keygen; gives the private file's path. */
async function makeKey(...options: readonly string[]): Promise<string> {
  count += 1;
  const file = join(folder, `id_${count}`);
  const passphrase = options.includes('-N') ? [] : ['-N', ''];
  await run('ssh-keygen', ['-q', '-C', 'andre@laptop', '-a', '1', ...passphrase, ...options, '-f', file]);
  return file;
}

async function makeFile(content: string | Buffer): Promise<string> {
  count += 1;
  const file = join(folder, `file_${count}`);
  await writeFile(file, content, { mode: 0o600 });
  return file;
}

/** Somebody who gives these passphrases, one after the other, and remembers what was asked. */
function person(...passphrases: readonly string[]) {
  const asked: [string, number][] = [];
  const opened: string[] = [];
  const source: PassphraseSource = {
    async ask(file, attempt) {
      asked.push([file, attempt]);
      const passphrase = passphrases[asked.length - 1];
      if (passphrase === undefined) throw new Error('nobody answers');
      return passphrase;
    },
    opened: (file) => void opened.push(file),
  };
  return { asked, opened, source };
}

async function readIdentity(file: string, source: PassphraseSource): Promise<Identity> {
  const read = await readKeyFile(file, source);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** The fingerprint as ssh-keygen sees it. */
async function fingerprintOf(file: string): Promise<string | undefined> {
  const { stdout } = await run('ssh-keygen', ['-l', '-f', `${file}.pub`]);
  return stdout.split(' ')[1];
}

function fingerprint(identity: Identity): string {
  const digest = createHash('sha256').update(identity.publicKey.getPublicSSH()).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

async function expectItSigns(identity: Identity): Promise<void> {
  const data = randomBytes(64);
  const hash = identity.publicKey.type === 'ssh-rsa' ? 'sha256' : undefined;
  const signature = await identity.sign(data, hash);
  expect(identity.publicKey.verify(data, signature, hash)).toBe(true);
}

const KINDS: readonly (readonly [string, readonly string[]])[] = [
  ['ed25519', ['-t', 'ed25519']],
  ['RSA in OpenSSH’s form', ['-t', 'rsa', '-b', '2048']],
  ['RSA in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ['ECDSA 256 in OpenSSH’s form', ['-t', 'ecdsa', '-b', '256']],
  ['ECDSA 384 in PEM', ['-t', 'ecdsa', '-b', '384', '-m', 'PEM']],
  ['ECDSA 521', ['-t', 'ecdsa', '-b', '521']],
];

describe('a key without a passphrase', () => {
  it.each(KINDS)('%s is read, and signs', async (_kind, options) => {
    const file = await makeKey(...options);
    const { source, asked } = person();
    const identity = await readIdentity(file, source);
    expect(identity.label).toBe(file);
    expect(fingerprint(identity)).toBe(await fingerprintOf(file));
    await expectItSigns(identity);
    expect(asked).toEqual([]);
  });

  it('needs no .pub beside it', async () => {
    const file = await makeKey('-t', 'ed25519');
    await rm(`${file}.pub`);
    await expectItSigns(await readIdentity(file, person().source));
  });

  it('may have line ends of Windows', async () => {
    const file = await makeKey('-t', 'ed25519');
    await writeFile(file, (await readFile(file, 'latin1')).replaceAll('\n', '\r\n'));
    await expectItSigns(await readIdentity(file, person().source));
  });

  it('may be reached by a link', async () => {
    const file = await makeKey('-t', 'ed25519');
    await symlink(file, `${file}.link`);
    await expectItSigns(await readIdentity(`${file}.link`, person().source));
  });
});

describe('a key with a passphrase', () => {
  it.each(KINDS)('%s asks only when it signs, and only once', async (_kind, options) => {
    const file = await makeKey(...options, '-N', 'open sesame');
    const { source, asked, opened } = person('open sesame');
    const identity = await readIdentity(file, source);
    expect(fingerprint(identity)).toBe(await fingerprintOf(file));
    expect(asked).toEqual([]);
    await expectItSigns(identity);
    await expectItSigns(identity);
    expect(asked).toEqual([[file, 1]]);
    expect(opened).toEqual([file]);
  });

  it('knows its public half without a .pub in OpenSSH’s form', async () => {
    const file = await makeKey('-t', 'ed25519', '-N', 'open sesame');
    await rm(`${file}.pub`);
    const { source, asked } = person('open sesame');
    const identity = await readIdentity(file, source);
    expect(asked).toEqual([]);
    await expectItSigns(identity);
  });

  it('must be opened at once in PEM without a .pub', async () => {
    const file = await makeKey('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'open sesame');
    await rm(`${file}.pub`);
    const { source, asked, opened } = person('wrong', 'open sesame');
    const identity = await readIdentity(file, source);
    expect(asked).toEqual([
      [file, 1],
      [file, 2],
    ]);
    expect(opened).toEqual([file]);
    await expectItSigns(identity);
    expect(asked).toHaveLength(2);
  });

  it('asks again after a wrong one, and after an empty one', async () => {
    const file = await makeKey('-t', 'ed25519', '-N', 'open sesame');
    const { source, asked, opened } = person('wrong', '', 'open sesame');
    await expectItSigns(await readIdentity(file, source));
    expect(asked.map(([, attempt]) => attempt)).toEqual([1, 2, 3]);
    expect(opened).toEqual([file]);
  });

  it('does not sign when the person gives up, and does not ask again behind their back', async () => {
    const file = await makeKey('-t', 'ed25519', '-N', 'open sesame');
    const { source, asked, opened } = person('wrong');
    const identity = await readIdentity(file, source);
    await expect(identity.sign(Buffer.from('x'), undefined)).rejects.toThrow('nobody answers');
    await expect(identity.sign(Buffer.from('x'), undefined)).rejects.toThrow('nobody answers');
    expect(asked).toHaveLength(2);
    expect(opened).toEqual([]);
  });

  it('asks one person once for two signatures at a time', async () => {
    const file = await makeKey('-t', 'ed25519', '-N', 'open sesame');
    const { source, asked } = person('open sesame');
    const identity = await readIdentity(file, source);
    await Promise.all([expectItSigns(identity), expectItSigns(identity)]);
    expect(asked).toHaveLength(1);
  });

  it('may have letters beyond ASCII', async () => {
    const file = await makeKey('-t', 'ed25519', '-N', 'Sesam öffne dich');
    await expectItSigns(await readIdentity(file, person('Sesam öffne dich').source));
  });
});

describe('a file that is no key', () => {
  it.each([
    ['garbage', 'hello, world\n', 'unknown'],
    ['nothing', '', 'unknown'],
    ['zeros', '\0'.repeat(100), 'unknown'],
    ['the beginning of a key', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n', 'unknown'],
    [
      'a key of nothing',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
      'unknown',
    ],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'certificate'],
    ['the beginning of a PuTTY key', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n', 'unknown'],
  ])('%s is named for what it is', async (_what, content, format) => {
    const file = await makeFile(content);
    const { source, asked } = person();
    expect(await readKeyFile(file, source)).toEqual({
      ok: false,
      error: { code: 'keyFileUnsupported', file, format },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    ['ed25519', ['-t', 'ed25519']],
    ['rsa', ['-t', 'rsa', '-b', '2048']],
    ['ecdsa', ['-t', 'ecdsa']],
  ])('the public half of a key (%s) is named for what it is', async (_kind, options) => {
    const file = `${await makeKey(...options)}.pub`;
    expect(await readKeyFile(file, person().source)).toMatchObject({ error: { format: 'publicKey' } });
  });

  it('a key in PKCS#8 that SSH has no use for is named for what it is, once its passphrase is known', async () => {
    const { privateKey } = generateKeyPairSync('x25519');
    const plain = await makeFile(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { source, asked, opened } = person('wrong', 'open sesame');
    expect(await readKeyFile(plain, source)).toMatchObject({ error: { format: 'pkcs8' } });
    const closed = await makeFile(
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }),
    );
    expect(await readKeyFile(closed, source)).toMatchObject({ error: { format: 'pkcs8' } });
    expect(asked).toHaveLength(2);
    expect(opened).toEqual([closed]);
  });

  it('one of gigabytes is refused unread', async () => {
    const file = await makeFile('');
    await truncate(file, 8 * 1024 ** 3);
    expect(await readKeyFile(file, person().source)).toMatchObject({ error: { format: 'tooLarge' } });
  });

  it('a device without end, and a pipe without beginning, are refused unread', async () => {
    expect(await readKeyFile('/dev/zero', person().source)).toMatchObject({ error: { format: 'unknown' } });
    const pipe = join(folder, 'pipe');
    await run('mkfifo', [pipe]);
    expect(await readKeyFile(pipe, person().source)).toMatchObject({ error: { format: 'unknown' } });
  });

  it('a folder is unreadable', async () => {
    expect(await readKeyFile(folder, person().source)).toEqual({
      ok: false,
      error: { code: 'keyFileUnreadable', file: folder, cause: 'EISDIR' },
    });
  });

  it('one that is not there is missing', async () => {
    const file = join(folder, 'nothing-here');
    expect(await readKeyFile(file, person().source)).toEqual({
      ok: false,
      error: { code: 'keyFileMissing', file },
    });
    const inside = join(await makeFile('x'), 'id');
    expect(await readKeyFile(inside, person().source)).toMatchObject({ error: { code: 'keyFileMissing' } });
  });

  it('a name that the system cannot take is unreadable', async () => {
    const file = join(folder, 'x'.repeat(300));
    expect(await readKeyFile(file, person().source)).toMatchObject({ error: { code: 'keyFileUnreadable' } });
  });

  it('never throws, whatever is made of a real key', async () => {
    const keys = [await makeKey('-t', 'ed25519'), await makeKey('-t', 'rsa', '-b', '2048', '-m', 'PEM')];
    const texts = await Promise.all(keys.map((key) => readFile(key)));
    const file = await makeFile('');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(2000), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.nat(2500),
        async (text, changes, length) => {
          const bytes = Buffer.from(text.subarray(0, Math.max(length, 40)));
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          await writeFile(file, bytes);
          const read = await readKeyFile(file, {
            ask: async () => Promise.reject(new Error('asked')),
            opened() {},
          }).catch((error: Error) => error);
          if (read instanceof Error) expect(read.message).toBe('asked');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('expandHome', () => {
  it.each([
    ['~', homedir()],
    ['~/.ssh/id_rsa', join(homedir(), '.ssh/id_rsa')],
    ['/a/~/b', '/a/~/b'],
    ['~andre/id', '~andre/id'],
    ['id', 'id'],
  ])('makes %s into %s', (given, expected) => {
    expect(expandHome(given)).toBe(expected);
  });
});
