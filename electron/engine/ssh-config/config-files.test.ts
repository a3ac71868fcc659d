import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from './config-files.ts';
import { askSsh } from './testing/ask-ssh.ts';

let folder: string;
let writer: ChildProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
});

afterEach(() => {
  writer?.kill();
  writer = undefined;
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);

describe('reading a file of a configuration', () => {
  it('waits for nobody to write into a pipe', () => {
    execFileSync('mkfifo', ['-m', '600', at('pipe')]);
    // Whoever waited would get this, and so the test would fail in place of hanging.
    writer = spawn('sh', ['-c', 'echo "User waited" > "$1"', 'sh', at('pipe')]);
    expect(diskFiles.read(at('pipe'))).toMatchObject({ kind: 'unreadable' });
  });

  it.each(['/dev/zero', '/dev/tty', '/proc/kmsg'])('neither waits for %s nor reads it for ever', (device) => {
    symlinkSync(device, at('device'));
    const startedAt = performance.now();
    expect(diskFiles.read(at('device')).kind).not.toBe('missing');
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('finds nothing in a folder, as ssh does', () => {
    mkdirSync(at('folder'), { mode: 0o700 });
    expect(diskFiles.read(at('folder'))).toEqual({ kind: 'text', text: '', writableByOthers: false });
  });

  it('reads a megabyte at most', () => {
    writeFileSync(at('large'), 'x'.repeat(1024 * 1024), { mode: 0o600 });
    expect(diskFiles.read(at('large'))).toMatchObject({ kind: 'text' });
    writeFileSync(at('large'), 'x'.repeat(1024 * 1024 + 1), { mode: 0o600 });
    expect(diskFiles.read(at('large'))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('the paths that a pattern names', () => {
  const NAMES = 'n1 n2 n^ n] n- n\\ n[1 nx ny nz .hid .h2 é éa ééa n1x N1 n nn1 n!'.split(' ');
  const PATTERNS =
    'n? n* *1 n[^1] n[!1] n\\1 n[1 n[]1] n[!]1] n[a-] n[-a] n[x-z] n[z-x] n[\\]] n[x\\-z] é? é* ?é ??a .h* \\.h* [.]h* n[!] n[] n\\\\ n\\* n[!x-z]? n*1* *n*n*1 n** n[1\\]';

  it.each(PATTERNS.split(' '))('are the same to Culvert and to ssh: %s', (pattern) => {
    for (const name of NAMES) writeFileSync(at(name), `IdentityFile /found/${name}\n`, { mode: 0o600 });
    const config = at('config');
    const escaped = pattern.replaceAll('\\', '\\\\');
    writeFileSync(config, `Include "${folder}/${escaped}"\n`, { mode: 0o600 });
    const found = diskFiles.expand(at(pattern)) ?? [];
    const ours = found.filter((path) => path !== config).map((path) => path.slice(folder.length + 1));
    const theirs = askSsh(config, 'web')?.identityfile?.filter((path) => path.startsWith('/found/')) ?? [];
    expect(ours).toEqual(theirs.map((path) => path.slice('/found/'.length).replaceAll('\\\\', '\\')));
  });

  it('are found in no time, however many stars a pattern has', () => {
    writeFileSync(at('a'.repeat(250)), '');
    const startedAt = performance.now();
    expect(diskFiles.expand(at(`${'*a'.repeat(60)}*b`))).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('are not looked for for ever where folders lead into each other', () => {
    for (let name = 0; name < 30; name++) symlinkSync('.', at(`again-${name}`));
    expect(diskFiles.expand(at('*/*'))).toHaveLength(900);
    expect(diskFiles.expand(at('*/*/*/*/*/*'))).toBeNull();
  });

  it('leave out what cannot be looked at', () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('loop'), at('loop'));
    expect(diskFiles.expand(at('file/deeper'))).toEqual([]);
    expect(diskFiles.expand(at('loop/deeper'))).toEqual([]);
  });
});
