import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launcherScript } from './electron-launcher.mjs';

const runFile = promisify(execFile);

describe('launcherScript', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'culvert-launcher-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Stands in for Electron: prints its process id and its arguments. */
  async function launch(folderName: string, args: readonly string[]): Promise<string[]> {
    await mkdir(join(folder, folderName));
    const program = join(folder, folderName, 'electron');
    await writeFile(program, '#!/bin/sh\necho $$\nfor text; do echo "$text"; done\n');
    const launcher = join(folder, 'launcher');
    await writeFile(launcher, launcherScript(program));
    await Promise.all([chmod(program, 0o755), chmod(launcher, 0o755)]);
    const running = runFile(launcher, [...args]);
    const [pid, ...printed] = (await running).stdout.trimEnd().split('\n');
    expect(Number(pid)).toBe(running.child.pid);
    return printed;
  }

  it('becomes Electron, with --no-sandbox for root only, and passes every argument on unchanged', async () => {
    const args = ['/a folder', '--user-data-dir=/x y', '$HOME', '', "it's"];
    const expected = process.getuid?.() === 0 ? ['--no-sandbox', ...args] : args;
    expect(await launch('plain', args)).toEqual(expected);
  });

  it('bears any path', async () => {
    expect((await launch("it's $HOME `here`", ['last'])).at(-1)).toBe('last');
  });
});
