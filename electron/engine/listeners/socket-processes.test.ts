import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocketProcesses } from './socket-processes.ts';

let procDir = '';

beforeEach(async () => {
  procDir = await mkdtemp(join(tmpdir(), 'culvert-proc-'));
});

afterEach(async () => {
  await rm(procDir, { recursive: true });
});

/** Makes a process as /proc shows it; links to sockets are plain text there too. */
async function addProcess(pid: number, comm: string, inodes: readonly number[], commandLine = comm) {
  const directory = join(procDir, String(pid));
  await mkdir(join(directory, 'fd'), { recursive: true });
  await writeFile(join(directory, 'comm'), `${comm}\n`);
  await writeFile(join(directory, 'cmdline'), `${commandLine}\0-x\0`);
  await symlink('/dev/null', join(directory, 'fd', '0'));
  for (const [i, inode] of inodes.entries())
    await symlink(`socket:[${inode}]`, join(directory, 'fd', String(i + 3)));
}

async function find(processes: ReturnType<typeof createSocketProcesses>, ...inodes: string[]) {
  return Object.fromEntries(await processes.find(new Set(inodes)));
}

describe('the process behind a socket', () => {
  it('is the one that holds it, of several the lowest', async () => {
    await addProcess(900, 'worker', [1]);
    await addProcess(90, 'master', [1, 2]);
    expect(await find(createSocketProcesses(procDir, Date.now), '1', '2')).toEqual({
      1: { pid: 90, name: 'master' },
      2: { pid: 90, name: 'master' },
    });
  });

  it('is unknown where we may not look', async () => {
    await mkdir(join(procDir, '50'));
    expect(await find(createSocketProcesses(procDir, Date.now), '1')).toEqual({});
  });

  it('has its whole name when the command line tells the rest', async () => {
    await addProcess(5, 'systemd-resolve', [1], '/lib/systemd/systemd-resolved');
    await addProcess(6, 'Isolated Web Co', [2], '/usr/lib/firefox');
    expect(await find(createSocketProcesses(procDir, Date.now), '1', '2')).toEqual({
      1: { pid: 5, name: 'systemd-resolved' },
      2: { pid: 6, name: 'Isolated Web Co' },
    });
  });

  it('is looked for again when the one remembered has closed it', async () => {
    await addProcess(5, 'parent', [1]);
    await addProcess(6, 'child', [1]);
    const processes = createSocketProcesses(procDir, Date.now);
    expect(await find(processes, '1')).toEqual({ 1: { pid: 5, name: 'parent' } });
    await rm(join(procDir, '5', 'fd', '3'));
    expect(await find(processes, '1')).toEqual({ 1: { pid: 6, name: 'child' } });
  });

  it('is found at once for a new socket of a new process', async () => {
    await addProcess(5, 'old', [1]);
    const processes = createSocketProcesses(procDir, Date.now);
    await find(processes, '1');
    await addProcess(7, 'new', [2]);
    expect(await find(processes, '1', '2')).toEqual({
      1: { pid: 5, name: 'old' },
      2: { pid: 7, name: 'new' },
    });
  });

  it('is believed for 30 seconds, so an unknown one costs no walk at every poll', async () => {
    let now = 0;
    const processes = createSocketProcesses(procDir, () => now);
    expect(await find(processes, '1')).toEqual({});
    await addProcess(5, 'late', [1]);
    expect(await find(processes, '1')).toEqual({});
    now = 30_000;
    expect(await find(processes, '1')).toEqual({ 1: { pid: 5, name: 'late' } });
  });
});
