import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClosers } from '../support/closers.ts';
import { eventually } from '../support/eventually.ts';
import { requireProgram, runProgram } from '../support/programs.ts';
import { snapshotRealSshFolder } from '../support/real-ssh-folder.ts';
import { createTemporaryHome } from '../support/temporary-home.ts';

const closers = createClosers();
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
  await closers.close();
});

async function createHome() {
  const home = await createTemporaryHome();
  closers.add(home.close);
  return home;
}

describe('a temporary home', () => {
  it('is where a program that runs in its environment is at home', async () => {
    vi.stubEnv('SSH_AUTH_SOCK', '/nowhere');
    const { home, sshFolder, env } = await createHome();
    const { stdout } = await runProgram('sh', ['-c', 'cd && pwd && ls -d .ssh && echo "$SSH_AUTH_SOCK"'], {
      env,
    });
    expect(stdout).toBe(`${home}\n.ssh\n\n`);
    expect(sshFolder).toBe(path.join(home, '.ssh'));
  });
});

describe('the guard of the .ssh folder', () => {
  const touches: readonly (readonly [string, (folder: string) => Promise<void>])[] = [
    ['a new file', (folder) => writeFile(path.join(folder, 'config'), '')],
    ['a removed file', (folder) => rm(path.join(folder, 'known_hosts'))],
    ['a line added', (folder) => writeFile(path.join(folder, 'known_hosts'), 'line\n', { flag: 'a' })],
    [
      'a file written anew with the same text',
      (folder) => writeFile(path.join(folder, 'known_hosts'), 'old\n'),
    ],
    ['a removed folder', (folder) => rm(folder, { recursive: true })],
  ];

  it.each(touches)('notices %s', async (_name, touch) => {
    const { sshFolder } = await createHome();
    const file = path.join(sshFolder, 'known_hosts');
    await writeFile(file, 'old\n');
    await utimes(file, 1, 1);
    const snapshot = await snapshotRealSshFolder(sshFolder);
    await snapshot.expectUntouched();
    await touch(sshFolder);
    await expect(snapshot.expectUntouched()).rejects.toThrow(/was touched/);
  });

  it('notices that an absent folder was made', async () => {
    const { home } = await createHome();
    const folder = path.join(home, 'absent');
    const snapshot = await snapshotRealSshFolder(folder);
    await snapshot.expectUntouched();
    await mkdir(folder);
    await expect(snapshot.expectUntouched()).rejects.toThrow(/absent -> /);
  });
});

describe('eventually', () => {
  it('waits for a check to pass, and hands on what it returned', async () => {
    let looks = 0;
    const check = () => {
      looks += 1;
      if (looks < 3) throw new Error('not yet');
      return looks;
    };
    expect(await eventually(check, { everyMs: 1 })).toBe(3);
  });

  it('throws the last failure in the end, also under fake timers', async () => {
    vi.useFakeTimers();
    const check = () => Promise.reject(new Error('still wrong'));
    await expect(eventually(check, { timeoutMs: 20, everyMs: 5 })).rejects.toThrow('still wrong');
    await expect(eventually(() => false, { timeoutMs: 20, everyMs: 5 })).rejects.toThrow(/Still false/);
  });
});

describe('a missing program', () => {
  it('is named together with the Debian package that brings it', () => {
    vi.stubEnv('PATH', '/nowhere');
    expect(() => requireProgram('ssh-agent')).toThrow(/"ssh-agent" is missing.*openssh-client/);
  });
});
