import { randomUUID } from 'node:crypto';
import { link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCauseOf } from './known-hosts-file.ts';

/** How long another holder is waited for, in milliseconds. It holds the lock for one short write. */
const WAIT_MS = 5_000;
/** Between two tries, in milliseconds. */
const TRY_EVERY_MS = 15;
/** How old any lock must be to be stale, in milliseconds: its holder may be on another computer, or its process number another's by now. */
const STALE_AFTER_MS = 30_000;

/** Says that another program held the lock all the while. */
export class LockTaken extends Error {}

/**
 * Does the work while `<path>.lock` is ours, so that two Culverts do not change one known_hosts file at a time. Throws
 * `LockTaken` after five seconds, and what the system says where no lock file can be made.
 *
 * OpenSSH knows no lock for this file: ssh appends one line in one write, and `ssh-keygen -R` puts a new file in
 * its place. So the lock is between Culverts alone; against ssh the writers take care of themselves.
 *
 * The lock is a file that only one can create. It names its holder: one whose process is gone, or that is half a minute old, is taken away.
 */
export async function withKnownHostsLock<Value>(
  path: string,
  work: () => Promise<Value>,
  waitMs = WAIT_MS,
): Promise<Value> {
  const lock = `${path}.lock`;
  const mine = `${process.pid} ${hostname()} ${randomUUID()}\n`;
  const giveUpAt = Date.now() + waitMs;
  while (!(await create(lock, mine))) {
    await removeStale(lock);
    if (Date.now() > giveUpAt) throw new LockTaken(`${lock} is held`);
    await delay(TRY_EVERY_MS * (0.5 + Math.random()));
  }
  try {
    return await work();
  } finally {
    if ((await textOf(lock)) === mine) await unlink(lock).catch(() => {});
  }
}

/** The lock appears with its holder's name in it or not at all, so that no one takes a new one for a stale one. */
async function create(lock: string, holder: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(holder);
  } finally {
    await handle.close();
  }
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if (systemCauseOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft).catch(() => {});
  }
}

/** Moves a stale lock aside and looks again at what it moved: two may do so at once, and one of them find a new lock there. */
async function removeStale(lock: string): Promise<void> {
  const holder = await textOf(lock);
  if (holder === null || !(await isStale(lock, holder))) return;
  const aside = `${lock}.${randomUUID()}`;
  try {
    await rename(lock, aside);
    if ((await textOf(aside)) !== holder) await link(aside, lock).catch(() => {});
    await unlink(aside);
  } catch (error) {
    if (systemCauseOf(error) !== 'ENOENT') throw error;
  }
}

async function isStale(lock: string, holder: string): Promise<boolean> {
  const [pid = '', host] = holder.trim().split(' ');
  if (host === hostname() && /^\d{1,10}$/.test(pid) && !isAlive(Number(pid))) return true;
  const stats = await stat(lock).catch(() => null);
  return stats !== null && Date.now() - stats.mtimeMs > STALE_AFTER_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCauseOf(error) === 'EPERM';
  }
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
