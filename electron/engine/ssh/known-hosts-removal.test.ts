import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTestKey } from './host-key-test-keys.ts';
import { digestOfLine, removeKnownHostsLine } from './known-hosts-removal.ts';
import { withoutPrivilege } from './without-privilege.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-known-hosts-removal-'));
  file = join(directory, 'known_hosts');
});

afterEach(() => rm(directory, { recursive: true }));

const shown = (line: number, text: string) => ({ file, line, digest: digestOfLine(text) });
const text = () => readFile(file, 'latin1');

describe('removeKnownHostsLine', () => {
  it.each([
    ['the first', 'a 1\nb 2\nc 3\n', 1, 'a 1', 'b 2\nc 3\n'],
    ['one in the middle', 'a 1\r\nb 2\r\n\xff\xfe\0 c\n', 2, 'b 2\r', 'a 1\r\n\xff\xfe\0 c\n'],
    ['the last', 'a 1\nb 2\n', 2, 'b 2', 'a 1\n'],
    ['the last without an end', 'a 1\nb 2', 2, 'b 2', 'a 1\n'],
    ['one before a last without an end', 'a 1\nb 2', 1, 'a 1', 'b 2'],
    ['the only one', 'a 1\n', 1, 'a 1', ''],
    ['one of two alike', 'a 1\na 1\n', 2, 'a 1', 'a 1\n'],
  ])('takes out %s and keeps every other byte', async (_which, before, line, content, after) => {
    await writeFile(file, before, 'latin1');
    expect(await removeKnownHostsLine(shown(line, content))).toEqual({ ok: true, value: `${file}.old` });
    expect(await text()).toBe(after);
    expect(await readFile(`${file}.old`, 'latin1')).toBe(before);
    expect((await readdir(directory)).sort()).toEqual(['known_hosts', 'known_hosts.old']);
  });

  it('leaves what ssh-keygen -R leaves', async () => {
    const key = makeTestKey(directory, 'key', '-t', 'ed25519');
    const content = `# mine\nalpha ${key.line}\n\nbeta ${key.line} note\n*.gamma ${key.line}\n`;
    await writeFile(file, content);
    await writeFile(join(directory, 'theirs'), content);
    await removeKnownHostsLine(shown(4, `beta ${key.line} note`));
    spawnSync('ssh-keygen', ['-R', 'beta', '-f', join(directory, 'theirs')]);
    expect(await text()).toBe(await readFile(join(directory, 'theirs'), 'latin1'));
    expect(await readFile(join(directory, 'theirs.old'))).toEqual(await readFile(`${file}.old`));
  });

  it.each([
    ['another line stands there', 1, 'b 2'],
    ['it has one more space', 1, 'a  1'],
    ['the file is shorter', 9, 'a 1'],
  ])('refuses where %s, and changes nothing', async (_why, line, content) => {
    await writeFile(file, 'a 1\nb 2\n');
    expect(await removeKnownHostsLine(shown(line, content))).toEqual({
      ok: false,
      error: { kind: 'otherLine' },
    });
    expect(await text()).toBe('a 1\nb 2\n');
    expect(await readdir(directory)).toEqual(['known_hosts']);
  });

  it('refuses where the file is gone', async () => {
    expect(await removeKnownHostsLine(shown(1, 'a 1'))).toEqual({ ok: false, error: { kind: 'otherLine' } });
  });

  it('keeps the mode, and follows a link', async () => {
    await mkdir(join(directory, 'dotfiles'));
    const real = join(directory, 'dotfiles', 'hosts');
    await writeFile(real, 'a 1\nb 2\n');
    await chmod(real, 0o640);
    await symlink(real, file);
    expect(await removeKnownHostsLine(shown(1, 'a 1'))).toEqual({ ok: true, value: `${real}.old` });
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o640);
    expect(await readFile(real, 'utf8')).toBe('b 2\n');
  });

  it('reports a folder that takes no new file, and changes nothing', async () => {
    await writeFile(file, 'a 1\n', { mode: 0o666 });
    // For nobody in root's place, and for its owner, who is the one who asks where nobody is root.
    await chmod(directory, 0o555);
    const result = await withoutPrivilege(directory, () => removeKnownHostsLine(shown(1, 'a 1')), 0o555);
    await chmod(directory, 0o755);
    expect(result).toEqual({ ok: false, error: { kind: 'unwritable', cause: 'EACCES' } });
    expect(await readdir(directory)).toEqual(['known_hosts']);
  });
});
