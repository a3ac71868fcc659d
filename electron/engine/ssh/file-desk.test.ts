import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileDesk } from './file-desk.ts';

const desk = new FileDesk();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'culvert-file-desk-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('the file desk', () => {
  it('gives back a file byte by byte, as long as it is allowed to be', async () => {
    const file = join(folder, 'key');
    await writeFile(file, Buffer.from([0, 200, 255]));
    expect(await desk.read(file, 3)).toMatchObject({ ok: true, value: { text: '\0\u00c8\u00ff' } });
    expect(await desk.read(file, 2)).toEqual({ ok: false, error: { reason: 'tooLarge' } });
  });

  it('reads many of one folder, one after the other', async () => {
    const files = Array.from({ length: 20 }, (_, index) => join(folder, `${index}`));
    for (const file of files) await writeFile(file, file);
    const read = await Promise.all(files.map((file) => desk.read(file, 1000)));
    expect(read).toMatchObject(files.map((text) => ({ ok: true, value: { text } })));
  });

  it('opens nothing but files', async () => {
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    expect(await desk.read(pipe, 100)).toEqual({ ok: false, error: { reason: 'notAFile' } });
    expect(await desk.read(folder, 100)).toEqual({
      ok: false,
      error: { reason: 'unreadable', cause: 'EISDIR' },
    });
    const missing = { ok: false, error: { reason: 'unreadable', cause: 'ENOENT' } };
    expect(await desk.read(join(folder, 'none'), 100)).toEqual(missing);
  });
});
