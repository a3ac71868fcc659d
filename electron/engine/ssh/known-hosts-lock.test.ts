import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withKnownHostsLock } from './known-hosts-lock.ts';

let directory: string;
let file: string;
let lock: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-known-hosts-lock-'));
  file = join(directory, 'known_hosts');
  lock = `${file}.lock`;
});

afterEach(() => rm(directory, { recursive: true }));

/** The number of a process that has ended. */
const deadPid = () => spawnSync('true').pid;

describe('the lock of a known_hosts file', () => {
  it('lets one in at a time, and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, () =>
        withKnownHostsLock(file, async () => {
          most = Math.max(most, ++inside);
          await readdir(directory);
          inside--;
        }),
      ),
    );
    expect(most).toBe(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it('is given back by work that fails', async () => {
    await expect(withKnownHostsLock(file, () => Promise.reject(new Error('oh')))).rejects.toThrow('oh');
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken from a process that is gone, by one of the many that wait', async () => {
    await writeFile(lock, `${deadPid()} ${hostname()} 0\n`);
    let inside = 0;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        withKnownHostsLock(file, async () => {
          expect(++inside).toBe(1);
          await readdir(directory);
          inside--;
        }),
      ),
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken from another computer only when it is old', async () => {
    await writeFile(lock, '1 elsewhere.example 0\n');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(lock, longAgo, longAgo);
    expect(await withKnownHostsLock(file, async () => 'mine')).toBe('mine');
  });

  it('is not taken from a process that lives', async () => {
    const held = `${process.ppid} ${hostname()} 0\n`;
    await writeFile(lock, held);
    await expect(withKnownHostsLock(file, async () => 'mine', 100)).rejects.toThrow('is held');
    expect(await readFile(lock, 'utf8')).toBe(held);
  });
});
