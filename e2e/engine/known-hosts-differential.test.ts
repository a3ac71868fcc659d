import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { algorithmsFor } from '../../electron/engine/ssh/algorithms.ts';
import { parseHostKeyBase64 } from '../../electron/engine/ssh/host-key.ts';
import { hostKeyRules } from '../../electron/engine/ssh/host-key-rules.ts';
import { knownKeyTypes, lookUpHost } from '../../electron/engine/ssh/known-hosts.ts';
import { type HostKeyJudgement, judgeHostKey } from '../../electron/engine/ssh/known-hosts-judge.ts';
import { createHostKey } from '../support/host-keys.ts';
import { knownHostsFiles } from '../support/known-hosts-files.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** How many files the real ssh is asked about; each costs it a key exchange. */
const FILES = 300;
/** The same files in every run. A failure prints the one that it is about. */
const SEED = 20261126;

let sshd: Sshd;
let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
/** Keys that the server does not have. */
let strange: readonly string[];

beforeAll(async () => {
  folder = await createTemporaryFolder('differential');
  sshd = await startSshd({ hostKeyTypes: ['ed25519', 'ecdsa', 'rsa'], extraConfig: ['ListenAddress ::1'] });
  strange = await Promise.all(
    (['ed25519', 'ecdsa', 'rsa'] as const).map(async (type) => (await createHostKey(type)).publicKeyLine),
  );
});

afterAll(async () => {
  await sshd.close();
  await folder.close();
});

/** How a server is asked for: at an address or a name, perhaps under an alias. */
interface Question {
  readonly host: string;
  readonly alias?: string;
}

const questions: readonly Question[] = [
  { host: '127.0.0.1' },
  { host: 'localhost' },
  { host: '::1' },
  { host: '127.0.0.1', alias: 'Alpha.example' },
];

/** By which algorithm ssh asks for a key of each type. */
const algorithms = { ed25519: 'ssh-ed25519', ecdsa: 'ecdsa-sha2-nistp256', rsa: 'rsa-sha2-512' } as const;

/** What the real ssh says, told never to ask. */
async function askSsh(
  file: string,
  { host, alias }: Question,
  ...options: readonly string[]
): Promise<string> {
  const all = [
    `UserKnownHostsFile=${file}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'BatchMode=yes',
    'IdentityAgent=none',
    'PreferredAuthentications=none',
    // The default of ssh 9.2 is a slow one.
    'KexAlgorithms=ecdh-sha2-nistp256',
    ...(alias === undefined ? [] : [`HostKeyAlias=${alias}`]),
    ...options,
  ].flatMap((option) => ['-o', option]);
  const ssh = spawn(
    'ssh',
    ['-F', 'none', '-vv', ...all, '-p', String(sshd.port), '-l', 'nobody', host, 'true'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  ssh.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await new Promise<void>((resolve, reject) => ssh.on('error', reject).on('close', () => resolve()));
  return said;
}

function verdictOf(said: string): HostKeyJudgement['verdict'] {
  if (said.includes('Permission denied')) return 'known';
  // Before `revoked`: ssh tells what it found under the host alone and then calls the key unknown.
  if (/No \S+ host key is known for/.test(said)) return 'unknown';
  if (said.includes('has changed and you have requested strict checking')) return 'changed';
  if (said.includes('was revoked and you have requested strict checking')) return 'revoked';
  throw new Error(`ssh said something unforeseen: ${said}`);
}

/** What Culvert says of a key under the same file. */
function judge(text: string, { host, alias }: Question, keyLine: string) {
  const settings = alias === undefined ? {} : { alias };
  const { knownAs } = hostKeyRules({ host, port: sshd.port }, settings, { userFiles: [], globalFiles: [] });
  const key = parseHostKeyBase64(keyLine.split(' ')[1] ?? '');
  if (!key) throw new Error(`Not a key: ${keyLine}`);
  return judgeHostKey(lookUpHost(text, knownAs), key);
}

/** The one place where Culvert is stricter: a key revoked under the host alone, where ssh does not look. */
function isStricter(judgement: HostKeyJudgement): boolean {
  return (
    judgement.verdict === 'revoked' && judgement.revoking.every(({ matchedBy }) => matchedBy === 'bareHost')
  );
}

/** Two at a time: the machine has other things to do. */
async function forEachInPairs<Item>(items: readonly Item[], work: (item: Item, at: number) => Promise<void>) {
  const queue = items.entries();
  await Promise.all(
    [0, 1].map(async () => {
      for (const [at, item] of queue) await work(item, at);
    }),
  );
}

describe('the judge of host keys, compared with the real ssh', () => {
  it(`agrees on ${FILES} generated files, over hosts, addresses, an alias and key types`, async () => {
    const asked = fc.tuple(fc.constantFrom(...questions), fc.constantFrom(...sshd.hostKeys));
    const cases = fc.sample(
      asked.chain(([question, key]) => {
        const own = question.alias?.toLowerCase() ?? question.host;
        const names = [own, `[${own}]:${sshd.port}`, `[${own}]:22`, '[localhost]:1', 'beta.example'];
        const keyLines = [key, key, key, ...sshd.hostKeys].map((each) => each.publicKeyLine);
        return fc.record({
          text: knownHostsFiles({ names, keyLines: [...keyLines, ...strange] }),
          question: fc.constant(question),
          key: fc.constant(key),
        });
      }),
      { numRuns: FILES, seed: SEED },
    );
    const counts = { known: 0, unknown: 0, changed: 0, revoked: 0, stricter: 0 };
    await forEachInPairs(cases, async ({ text, question, key }, at) => {
      const file = path.join(folder.path, `${at}`);
      await writeFile(file, text, 'latin1');
      const theirs = verdictOf(await askSsh(file, question, `HostKeyAlgorithms=${algorithms[key.type]}`));
      const ours = judge(text, question, key.publicKeyLine);
      if (isStricter(ours)) {
        counts.stricter++;
        return;
      }
      counts[theirs]++;
      if (ours.verdict !== theirs) {
        const about = JSON.stringify({ question, key: key.publicKeyLine });
        throw new Error(`ssh: ${theirs}, Culvert: ${ours.verdict}, for ${about} and this file:\n${text}`);
      }
    });
    // Guards the generator: a verdict that never came up was not compared.
    for (const verdict of ['known', 'unknown', 'changed', 'revoked'] as const) {
      expect(counts[verdict], verdict).toBeGreaterThan(10);
    }
    expect(counts.stricter).toBeLessThan(FILES / 10);
  }, 120_000);

  it.each([
    ['a NUL behind a revoked key', (key, name) => `${name} ${key}\n@revoked ${name} ${key}\0\n`, 'revoked'],
    ['a NUL and words behind a revoked key', (key) => `* ${key}\n@revoked * ${key}\0 lost\n`, 'revoked'],
    ['a form feed behind a revoked key', (key) => `* ${key}\n@revoked * ${key}\f\n`, 'revoked'],
    ['a vertical tab behind a revoked key', (key) => `* ${key}\n@revoked * ${key}\v\n`, 'revoked'],
    [
      'a form feed within a revoked key',
      (key) => `* ${key}\n@revoked * ${key.slice(0, 30)}\f${key.slice(30)}\n`,
      'revoked',
    ],
    ['words behind a CR', (key) => `* ${key}\rjunk\n`, 'unknown'],
    ['lines that end in CR alone', (key) => `* ${key}\r@revoked * ${key}\r`, 'unknown'],
    ['a line that begins with NUL', (key, name) => `\0x,${name} ${key}\n`, 'unknown'],
    ['a NUL behind a key', (key) => `* ${key}\0 lost\n`, 'known'],
    ['a NUL behind the names', (key, name) => `${name}\0 ${key}\n`, 'known'],
    ['a NUL behind the names, and more', (key, name) => `${name}\0x ${key}\n`, 'unknown'],
    ['a NUL behind revoked names', (key) => `* ${key}\n@revoked *\0${key}\n`, 'revoked'],
    ['lines that end in CR and LF', (key) => `* ${key}\r\n@revoked * ${key}\r\n`, 'revoked'],
  ] as const satisfies readonly (readonly [string, (key: string, name: string) => string, string])[])(
    'agrees on %s',
    async (what, make, verdict) => {
      const [key] = sshd.hostKeys;
      if (key === undefined) throw new Error('It has no key.');
      const text = make(key.publicKeyLine, `[127.0.0.1]:${sshd.port}`);
      const file = path.join(folder.path, what.replaceAll(' ', '-'));
      await writeFile(file, text, 'latin1');
      const question = { host: '127.0.0.1' };
      const said = await askSsh(file, question, `HostKeyAlgorithms=${algorithms[key.type]}`);
      expect([verdictOf(said), judge(text, question, key.publicKeyLine).verdict]).toEqual([verdict, verdict]);
    },
  );

  it('asks for the types of the known keys first, as ssh does, whichever are known', async () => {
    const lines = new Map(
      [...sshd.hostKeys].map(({ publicKeyLine }) => [publicKeyLine.split(' ')[0] ?? '', publicKeyLine]),
    );
    const types = [...lines.keys()];
    const subsets = Array.from({ length: 2 ** types.length }, (_, bits) =>
      types.filter((_type, at) => (bits >> at) & 1),
    );
    await forEachInPairs(subsets, async (known, at) => {
      const file = path.join(folder.path, `order${at}`);
      const text = known.map((type) => `[127.0.0.1]:${sshd.port} ${lines.get(type)}\n`).join('');
      await writeFile(file, text);
      const said = await askSsh(file, { host: '127.0.0.1' });
      const [, list = ''] = /debug2: host key algorithms: (\S+)/.exec(said) ?? [];
      const theirs = list.split(',').filter((name) => !/-cert-v01@|^sk-/.test(name));
      const entries = lookUpHost(text, { host: '127.0.0.1', port: sshd.port });
      const ours = algorithmsFor({ legacy: false, knownKeyTypes: knownKeyTypes(entries) }).serverHostKey;
      expect([...ours].sort()).toEqual([...theirs].sort());
      expect(ours[0]).toBe(theirs[0]);
      // With the best of all types known, ssh leaves the list alone; we go on to the other known ones first.
      if (!known.includes('ssh-ed25519')) expect(ours).toEqual(theirs);
    });
  }, 60_000);
});
