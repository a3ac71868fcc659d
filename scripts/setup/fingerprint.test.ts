import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.mjs';

describe('fingerprint', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'culvert-fingerprint-'));
    await mkdir(join(root, 'source/deep'), { recursive: true });
    await writeFile(join(root, 'source/deep/a.ts'), 'a');
    await writeFile(join(root, 'config.json'), '{}');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const take = () =>
    fingerprint(root, ['source', 'config.json', 'absent'], (path) => !path.endsWith('.test.ts'));

  it('stays when nothing but times changed', async () => {
    const before = await take();
    await utimes(join(root, 'source/deep/a.ts'), new Date(0), new Date(0));
    expect(await take()).toBe(before);
  });

  it('changes with a content, a name, a new file and a removed one', async () => {
    const seen = [await take()];
    await writeFile(join(root, 'source/deep/a.ts'), 'b');
    seen.push(await take());
    await rename(join(root, 'source/deep/a.ts'), join(root, 'source/deep/c.ts'));
    seen.push(await take());
    await writeFile(join(root, 'source/d.ts'), '');
    seen.push(await take());
    await rm(join(root, 'config.json'));
    seen.push(await take());
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('does not mind what is not wanted', async () => {
    const before = await take();
    await writeFile(join(root, 'source/a.test.ts'), 'test');
    expect(await take()).toBe(before);
  });
});
