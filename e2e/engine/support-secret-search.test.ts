import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { watchProcesses } from '../support/process-watch.ts';
import { type Canary, formsOf, SecretSearch } from '../support/secret-search.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

const canary: Canary = { kind: 'password', text: 'a+b/c=%ä"-0123456789' };
const search = new SecretSearch([canary]);
const { text } = canary;

/** What programs make of a text, with neighbours of every length. */
const written: readonly (readonly [string, (text: string) => Buffer | string])[] = [
  ['UTF-8', (each) => each],
  ['UTF-16LE', (each) => Buffer.from(each, 'utf16le')],
  ['UTF-16BE', (each) => Buffer.from(each, 'utf16le').swap16()],
  ['base64', (each) => Buffer.from(each).toString('base64')],
  ['base64url', (each) => Buffer.from(each).toString('base64url')],
  ['base64 of UTF-16', (each) => Buffer.from(each, 'utf16le').toString('base64')],
  ['hex', (each) => Buffer.from(each).toString('hex')],
  ['upper-case hex', (each) => Buffer.from(each).toString('hex').toUpperCase()],
  ['URL', (each) => encodeURIComponent(each)],
  ['a form', (each) => new URLSearchParams({ x: each }).toString()],
  ['URL, every byte', (each) => [...Buffer.from(each)].map((byte) => `%${byte.toString(16)}`).join('')],
];

describe('the search for secrets', () => {
  it.each(written)('finds one as %s, whatever stands around it', (_form, write) => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      expect(search.in('here', write(`${before}${text}${before}`)), before).not.toEqual([]);
    }
  });

  it('finds nothing in what only looks like it', () => {
    for (const [, write] of written) expect(search.in('here', write(text.slice(1)))).toEqual([]);
    expect(formsOf(text).every(([, bytes]) => bytes.length > 8)).toBe(true);
  });

  it('finds one in a file of a folder below, and in a name', async () => {
    const folder = await createTemporaryFolder('search');
    try {
      await mkdir(path.join(folder.path, 'a', 'hunter2'), { recursive: true });
      await writeFile(path.join(folder.path, 'a', 'b.log'), `line\nline ${text}\n`);
      expect(await search.inFolder(folder.path)).toMatchObject([{ form: 'UTF-8' }]);
      const names = new SecretSearch([{ kind: 'name', text: 'hunter2' }]);
      expect(await names.inFolder(folder.path)).toMatchObject([{ kind: 'name' }]);
    } finally {
      await folder.close();
    }
  });

  it.each(['cmdline', 'environ'])('finds one in the %s of a process below', async (where) => {
    const args = where === 'cmdline' ? ['-c', 'sleep 30; true', text] : ['-c', 'sleep 30; true'];
    const child = spawn('sh', args, { env: { ...process.env, ...(where === 'environ' && { PW: text }) } });
    try {
      await once(child, 'spawn');
      const watch = watchProcesses(child.pid ?? 0, search);
      await eventually(() => expect(watch.seen.size).toBeGreaterThan(0));
      const found = await watch.stop();
      expect(found.map(({ place }) => place)).toContain(`${where} of process ${child.pid}`);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
