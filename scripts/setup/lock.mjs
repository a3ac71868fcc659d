// One set-up at a time: two `npm start` in one clone, or two clones that fetch into one cache.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { cacheFolder } from './paths.mjs';

const pollMs = 200;

/**
 * Does the work while holding the named lock. The lock is a file with its owner's process id; the lock of a dead
 * owner is taken over, so a killed set-up blocks nobody.
 *
 * @template T
 * @param {string} name a file name
 * @param {() => Promise<T>} work
 * @param {{ folder?: string, onWait?: (ownerPid: number) => void }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(
  name,
  work,
  { folder = join(cacheFolder(), 'locks'), onWait = sayWaiting } = {},
) {
  await mkdir(folder, { recursive: true });
  const file = join(folder, name);
  await acquire(file, onWait);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** @param {number} ownerPid */
function sayWaiting(ownerPid) {
  console.log(`Waiting for another set-up to finish (process ${ownerPid}) ...`);
}

/**
 * @param {string} file
 * @param {(ownerPid: number) => void} onWait
 * @returns {Promise<void>}
 */
async function acquire(file, onWait) {
  let toldAbout = '';
  while (!(await create(file))) {
    const owner = await readFile(file, 'utf8').catch(() => '');
    if (owner !== '' && !isAlive(Number(owner))) {
      await removeStale(file, owner);
    } else {
      if (owner !== '' && owner !== toldAbout) onWait(Number(owner));
      toldAbout = owner || toldAbout;
      await wait(pollMs);
    }
  }
}

/**
 * @param {string} file
 * @returns {Promise<boolean>} false when somebody holds it
 */
async function create(file) {
  // Written beside and linked, because a lock that exists must never be read empty.
  const draft = `${file}.${process.pid}.${randomUUID()}`;
  await writeFile(draft, String(process.pid));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Two waiters may find the same dead owner: moving the file away shows which owner was really removed, and a live
 * one is put back.
 *
 * @param {string} file
 * @param {string} deadOwner
 * @returns {Promise<void>}
 */
async function removeStale(file, deadOwner) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== deadOwner) await link(aside, file).catch(() => {});
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
