import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEncryptedKey, setKeyThread } from '../../electron/engine/ssh/key-formats/key-thread.ts';
import { readPrivateKeyText } from '../../electron/engine/ssh/key-formats/private-key-text.ts';
import { bundleProgram } from '../support/bundle-program.ts';
import { type ClientKeyOptions, createClientKey } from '../support/client-keys.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { runProgram } from '../support/programs.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const suite = engineSuite();
let folder: TemporaryFolder;
let thread: URL;

beforeAll(async () => {
  folder = await createTemporaryFolder('key-thread');
  thread = pathToFileURL(await bundleProgram('../../electron/key-thread.ts', folder.path));
});

afterEach(() => setKeyThread(null));
afterAll(() => folder.close());

async function encryptedKey(options: ClientKeyOptions) {
  const key = suite.use(await createClientKey({ passphrase: 'sesame', kdfRounds: 1, ...options }));
  return { text: await readFile(key.path, 'latin1'), publicKey: key.publicKeyLine.split(' ')[1] };
}

async function puttyKey(version: number) {
  const file = path.join(folder.path, `putty-${version}`);
  await writeFile(`${file}.passphrase`, 'sesame');
  await runProgram('puttygen', [
    ...['-q', '-t', 'ed25519', '-o', file, '--new-passphrase', `${file}.passphrase`],
    ...['--ppk-param', `version=${version}`],
  ]);
  const { stdout } = await runProgram('puttygen', [file, '-L']);
  return { text: await readFile(file, 'latin1'), publicKey: stdout.split(' ')[1] };
}

async function open(text: string, passphrase: string) {
  const key = await readPrivateKeyText(text);
  if (key.kind !== 'encrypted') throw new Error(`The key is ${key.kind}.`);
  return openEncryptedKey(text, key, passphrase);
}

/** The longest time for which this process’s loop stood still while something was done, and how long that took. */
async function lagDuring(work: () => Promise<unknown>) {
  let last = performance.now();
  let lagMs = 0;
  const timer = setInterval(() => {
    lagMs = Math.max(lagMs, performance.now() - last);
    last = performance.now();
  }, 1);
  const start = performance.now();
  await work();
  const tookMs = performance.now() - start;
  clearInterval(timer);
  return { lagMs: Math.max(lagMs, performance.now() - last), tookMs };
}

describe('the thread that opens keys', () => {
  it.each([
    ['OpenSSH, Ed25519', () => encryptedKey({})],
    ['PEM, RSA', () => encryptedKey({ type: 'rsa', format: 'pem' })],
    ['PKCS#8, ECDSA', () => encryptedKey({ type: 'ecdsa', format: 'pkcs8' })],
    ['PuTTY 3', () => puttyKey(3)],
  ])('opens with the right passphrase only: %s', async (_form, make) => {
    setKeyThread(thread);
    const { text, publicKey } = await make();
    expect(await open(text, 'wrong')).toEqual({ kind: 'wrongPassphrase' });
    const opened = await open(text, 'sesame');
    if (opened.kind !== 'open') throw new Error(opened.kind);
    expect(opened.key.getPublicSSH().toString('base64')).toBe(publicKey);
    const signature = opened.key.sign(Buffer.from('data')) as Buffer;
    expect(opened.key.verify(Buffer.from('data'), signature)).toBe(true);
  });

  it('leaves the engine’s loop alone while a key with 100 rounds opens', async () => {
    setKeyThread(thread);
    const { text } = await encryptedKey({ kdfRounds: 100 });
    const { lagMs, tookMs } = await lagDuring(() => open(text, 'sesame'));
    expect(lagMs).toBeLessThan(tookMs / 4);
  });

  it('is why it does not stand still: without it, it does', async () => {
    const { text } = await encryptedKey({ kdfRounds: 6 });
    const { lagMs, tookMs } = await lagDuring(() => open(text, 'sesame'));
    expect(lagMs).toBeGreaterThan(tookMs / 2);
  });

  it('takes turns where many keys are opened at once', async () => {
    setKeyThread(thread);
    const { text } = await encryptedKey({});
    const opened = await Promise.all(Array.from({ length: 3 }, () => open(text, 'sesame')));
    expect(opened.map(({ kind }) => kind)).toEqual(Array(3).fill('open'));
  });

  it('serves a login, and one that cannot start is said', async () => {
    const key = suite.use(await createClientKey({ passphrase: 'sesame', kdfRounds: 1 }));
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    const logIn = async () => {
      const engine = suite.engine();
      const login = keyFile({ identityFile: key.path });
      const profile = testProfile(sshd, login, [dynamicForward(await findFreePort())]);
      await engine.start(profile);
      const prompt = await engine.untilPrompt(profile, 'passphrase');
      await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'sesame', remember: false });
      return { engine, profile };
    };
    setKeyThread(thread);
    const works = await logIn();
    await works.engine.until(works.profile, 'open');
    setKeyThread(new URL('./nothing.js', thread));
    const fails = await logIn();
    expect((await fails.engine.until(fails.profile, 'failed')).error).toMatchObject({
      code: 'unexpected',
      detail: expect.stringContaining('The thread that opens keys failed'),
    });
  });
});
