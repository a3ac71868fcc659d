import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

describe('withLock', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'culvert-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lets one at a time work, and leaves nothing behind', async () => {
    const waits: number[] = [];
    let working = 0;
    let most = 0;
    const work = async () => {
      working++;
      most = Math.max(most, working);
      // Until the others have found it taken.
      await expect.poll(() => waits.length).toBeGreaterThan(0);
      working--;
    };
    const options = { folder, onWait: (pid: number) => waits.push(pid) };
    await Promise.all([1, 2, 3].map(() => withLock('one', work, options)));
    expect(most).toBe(1);
    expect(new Set(waits)).toEqual(new Set([process.pid]));
    expect(await readdir(folder)).toEqual([]);
  });

  it('is given back when the work fails', async () => {
    const failing = withLock('one', () => Promise.reject(new Error('no')), { folder });
    await expect(failing).rejects.toThrow('no');
    await expect(withLock('one', async () => 'again', { folder })).resolves.toBe('again');
  });

  it('is taken over from a dead owner', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    await writeFile(join(folder, 'one'), String(dead.pid));
    await expect(withLock('one', async () => 'mine', { folder })).resolves.toBe('mine');
  });
});
