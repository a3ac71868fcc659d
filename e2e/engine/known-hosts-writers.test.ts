import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleProgram } from '../support/bundle-program.ts';
import { eventually } from '../support/eventually.ts';
import { createHostKey } from '../support/host-keys.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let program: string;
let keyLine: string;
let file: string;

/** What stood there before, with all that a file may hold. */
const older = '# mine\r\n\n*.example,!x ssh-rsa AAAA\xff\n@cert-authority * ssh-ed25519 AAAA\nlast line\n';

beforeAll(async () => {
  folder = await createTemporaryFolder('writers');
  program = await bundleProgram('known-hosts-writer.ts', folder.path);
  keyLine = (await createHostKey('ed25519')).publicKeyLine;
});

afterAll(() => folder.close());

beforeEach(async () => {
  const place = path.join(folder.path, 'hosts');
  await rm(`${place}.old`, { force: true });
  file = place;
  await writeFile(file, older, 'latin1');
});

/** Starts a writer; `said` counts its lines. */
function start(mode: 'add' | 'churn', name: string, count = 0) {
  const args = [program, mode, file, name, keyLine.split(' ')[1] ?? '', String(count)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  return { child, exited: once(child, 'exit'), said: () => text.split('\n').length - 1, text: () => text };
}

const added = async () => (await readFile(file, 'latin1')).slice(older.length);

describe('programs that change one known_hosts file at a time', () => {
  it('lose no line of each other, and none of what stood there', async () => {
    const each = 40;
    const names = ['a', 'b', 'c'];
    const writers = names.map((name) => start('add', name, each));
    // ssh adds its lines without asking for any lock.
    for (let at = 0; at < each; at++) await appendFile(file, `ssh${at} ${keyLine}\n`);
    for (const { exited } of writers) expect(await exited).toEqual([0, null]);
    expect((await readFile(file, 'latin1')).startsWith(older)).toBe(true);
    const wished = [...names, 'ssh'].flatMap((name) =>
      Array.from({ length: each }, (_, at) => `${name}${at} ${keyLine}`),
    );
    expect((await added()).trimEnd().split('\n').sort()).toEqual(wished.sort());
  });

  it('lose no line while another one takes lines out', async () => {
    const churn = start('churn', 'churn');
    const writers = ['a', 'b'].map((name) => start('add', name, 25));
    for (const { exited } of writers) expect(await exited).toEqual([0, null]);
    await eventually(() => churn.said() > 20);
    churn.child.kill('SIGKILL');
    await churn.exited;
    const lines = (await added()).trimEnd().split('\n');
    for (const name of ['a', 'b']) {
      const own = Array.from({ length: 25 }, (_, at) => `${name}${at} ${keyLine}`);
      expect(lines).toEqual(expect.arrayContaining(own));
    }
    expect(lines.length).toBeLessThanOrEqual(51);
  });

  it('leave the file whole, old or new, when they are killed in the middle', async () => {
    for (let round = 0; round < 15; round++) {
      const { child, exited, said, text } = start('churn', `round${round}x`);
      // Killed at another moment of its work each time; the lock that it may hold is no one's then.
      await eventually(() => said() > round % 7, { everyMs: 1 + (round % 3) });
      child.kill('SIGKILL');
      await exited;
      expect(text()).not.toContain('otherLine');
      const whole = await readFile(file, 'latin1');
      expect(whole.startsWith(older)).toBe(true);
      for (const line of whole.slice(older.length).split('\n').slice(0, -1)) {
        expect(line).toMatch(/^round\d+x\d+ /);
        expect(line.endsWith(` ${keyLine}`)).toBe(true);
      }
      expect(whole.endsWith('\n')).toBe(true);
      // At most the one line on which it was at work is left of each that was killed.
      expect(whole.slice(older.length).split('\n').length - 1).toBeLessThanOrEqual(round + 1);
    }
    const left = await readdir(folder.path);
    expect(left).toContain('hosts.old');
  });
});
