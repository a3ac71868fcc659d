import { lookup } from 'node:dns/promises';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileDesk } from './file-desk.ts';
import { readKeyText } from './key-file.ts';

/** As on a share that is gone: it waits for the kernel to say something (proc(5)). */
const ENDLESS = '/proc/kmsg';

const silent = { ok: false, error: { reason: 'unreadable', cause: 'ETIMEDOUT' } };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-file-desk-'));
});

afterEach(() => rm(folder, { recursive: true }));

it('tells in time that a file does not answer, however many ask, and serves all others meanwhile', async () => {
  const desk = new FileDesk(300);
  const key = join(folder, 'key');
  const link = join(folder, 'link');
  await writeFile(key, 'good');
  await symlink(ENDLESS, link);
  const asked = [...Array.from({ length: 8 }, () => ENDLESS), link].map((file) =>
    desk.read(file, 1024 * 1024),
  );
  expect(await desk.read(key, 4)).toMatchObject({ ok: true, value: { text: 'good' } });
  expect(await Promise.all(asked)).toEqual(Array(9).fill(silent));
  const before = performance.now();
  expect(await desk.read(ENDLESS, 4)).toEqual(silent);
  expect(performance.now() - before).toBeLessThan(200);
  // What shares the threads with it.
  expect((await lookup('localhost')).address).not.toBe('');
  expect(await readFile(key, 'utf8')).toBe('good');
  expect(await desk.read(key, 4)).toMatchObject({ ok: true, value: { text: 'good' } });
});

it('lets a login name such a file', async () => {
  expect(await readKeyText(ENDLESS, new FileDesk(50))).toEqual({
    ok: false,
    error: { code: 'keyFileUnreadable', file: ENDLESS, cause: 'ETIMEDOUT' },
  });
});
