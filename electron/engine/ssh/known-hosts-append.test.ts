import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';
import { appendKnownHost } from './known-hosts-append.ts';
import { hashName } from './known-hosts-hash.ts';
import { withoutPrivilege } from './without-privilege.ts';

const server = { host: 'Server.Example', port: 2222 };

let directory: string;
let path: string;
let key: TestKey;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'culvert-known-hosts-file-'));
  path = join(directory, 'known_hosts');
  key = makeTestKey(directory, 'key', '-t', 'ed25519');
});

afterEach(() => rm(directory, { recursive: true }));

function linesFound(name: string): string[] {
  const { stdout } = spawnSync('ssh-keygen', ['-l', '-F', name, '-f', path], { encoding: 'utf8' });
  return [...stdout.matchAll(/found: line (\d+)/g)].map((match) => match[1] ?? '');
}

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

describe('appendKnownHost', () => {
  it('makes the folder and the file for their owner alone', async () => {
    path = join(directory, '.ssh', 'known_hosts');
    expect(await appendKnownHost(path, server, key.key)).toEqual({ ok: true, value: path });
    expect(await modeOf(join(directory, '.ssh'))).toBe('700');
    expect(await modeOf(path)).toBe('600');
    expect(await readFile(path, 'utf8')).toBe(`[server.example]:2222 ${key.line}\n`);
    expect(linesFound('[server.example]:2222')).toEqual(['1']);
  });

  it('writes the host alone for port 22, and IPv6 as OpenSSH does', async () => {
    await appendKnownHost(path, { host: 'alpha', port: 22 }, key.key);
    await appendKnownHost(path, { host: '::1', port: 22 }, key.key);
    await appendKnownHost(path, { host: '::1', port: 2222 }, key.key);
    const names = (await readFile(path, 'utf8')).split('\n').map((line) => line.split(' ')[0]);
    expect(names).toEqual(['alpha', '::1', '[::1]:2222', '']);
  });

  it('keeps every other byte and the mode of the file, and ends its last line first', async () => {
    const before = Buffer.concat([
      Buffer.from('# my hosts\r\n\r\nbroken line\n@revoked\n  alpha ssh-rsa AAAA\n'),
      Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28]),
    ]);
    await writeFile(path, before, { mode: 0o644 });
    expect(await appendKnownHost(path, server, key.key)).toMatchObject({ ok: true });
    const after = await readFile(path);
    expect(after.subarray(0, before.length)).toEqual(before);
    expect(after.subarray(before.length).toString()).toBe(`\n[server.example]:2222 ${key.line}\n`);
    expect(await modeOf(path)).toBe('644');
    expect(linesFound('[server.example]:2222')).toHaveLength(1);
  });

  it('adds no line twice, whatever name or hash it stands under', async () => {
    for (const names of [
      '[server.example]:2222',
      '*.example,[*.example]:*',
      hashName('[server.example]:2222'),
    ]) {
      const text = `${names} ${key.line}`;
      await writeFile(path, text);
      expect(await appendKnownHost(path, server, key.key)).toEqual({ ok: true, value: path });
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  it('adds a line where the same key stands only for port 22, as an authority or revoked', async () => {
    const text = `server.example ${key.line}\n@cert-authority * ${key.line}\n@revoked * ${key.line}\n`;
    await writeFile(path, text);
    await appendKnownHost(path, server, key.key);
    expect(await readFile(path, 'utf8')).toBe(`${text}[server.example]:2222 ${key.line}\n`);
  });

  it('hides the name where the newest line that can be hidden is, so that ssh-keygen still finds it', async () => {
    const kept = `plain ${key.line}\n${hashName('alpha')} ${key.line}\n@revoked beta ${key.line}\n*.gamma ${key.line}\n# end\n`;
    await writeFile(path, kept);
    await appendKnownHost(path, server, key.key);
    const text = await readFile(path, 'utf8');
    expect(text.startsWith(kept)).toBe(true);
    expect(text.slice(kept.length)).toMatch(/^\|1\|[\w+/]{27}=\|[\w+/]{27}= ssh-ed25519 \S+\n$/);
    expect(linesFound('[server.example]:2222')).toEqual(['6']);
  });

  it('writes the name openly where the newest line is plain again', async () => {
    await writeFile(path, `${hashName('alpha')} ${key.line}\nplain ${key.line}\n`);
    await appendKnownHost(path, server, key.key);
    expect(await readFile(path, 'utf8')).toContain(`\n[server.example]:2222 ${key.line}\n`);
  });

  it('loses no line when many are added at once, by us and by other programs', async () => {
    const run = promisify(execFile);
    await writeFile(path, `before ${key.line}`);
    const hosts = Array.from({ length: 40 }, (_, index) => `host${index}`);
    const foreign = Array.from({ length: 10 }, (_, index) => `foreign${index}`);
    const results = await Promise.all([
      ...hosts.map((host) => appendKnownHost(path, { host, port: 22 }, key.key)),
      ...foreign.map((host) => run('sh', ['-c', `echo "${host} ${key.line}" >> "${path}"`])),
    ]);
    expect(results.filter((result) => 'ok' in result && !result.ok)).toEqual([]);
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
    // Only `before` may have got a neighbour on its line: it had no end when the others began.
    for (const host of hosts) expect(lines.filter((line) => line === `${host} ${key.line}`)).toHaveLength(1);
    for (const host of foreign)
      expect(lines.filter((line) => line.endsWith(`${host} ${key.line}`))).toHaveLength(1);
  });

  it('follows a link to a file, as people keep their settings elsewhere', async () => {
    const target = join(directory, 'elsewhere');
    await symlink(target, path);
    await appendKnownHost(path, server, key.key);
    expect(await readFile(target, 'utf8')).toBe(`[server.example]:2222 ${key.line}\n`);
  });

  it('reports as data what it cannot write to: a folder, a file in place of the folder, a loop, a device', async () => {
    await mkdir(join(directory, 'folder'));
    await writeFile(join(directory, 'plain'), '');
    await symlink('loop', join(directory, 'loop'));
    await symlink('/dev/null', join(directory, 'null'));
    const causes: string[] = [];
    for (const name of ['folder', join('plain', 'known_hosts'), 'loop', 'null']) {
      const file = join(directory, name);
      const result = await appendKnownHost(file, server, key.key);
      expect(result).toMatchObject({ ok: false, error: { file } });
      if (!result.ok) causes.push(result.error.cause);
    }
    expect(causes).toEqual(['EISDIR', 'ENOTDIR', 'ELOOP', 'it is not a regular file']);
  });

  it('reports a read-only file and a read-only folder as data, and changes neither', async () => {
    const folder = join(directory, 'read-only');
    await mkdir(folder);
    await writeFile(join(folder, 'known_hosts'), '# mine\n', { mode: 0o444 });
    await chmod(folder, 0o555);
    for (const name of ['known_hosts', 'missing', join('.ssh', 'known_hosts')]) {
      const file = join(folder, name);
      const result = await withoutPrivilege(directory, () => appendKnownHost(file, server, key.key));
      expect(result).toEqual({ ok: false, error: { file, cause: 'EACCES' } });
    }
    expect(await readFile(join(folder, 'known_hosts'), 'utf8')).toBe('# mine\n');
    expect(await readdir(folder)).toEqual(['known_hosts']);
    await chmod(folder, 0o755);
  });

  it('adds one line, however many tunnels learn the key in one moment', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => appendKnownHost(path, server, key.key)),
    );
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('does not wait for a pipe', async () => {
    spawnSync('mkfifo', [path]);
    expect(await appendKnownHost(path, server, key.key)).toMatchObject({ ok: false });
  });

  it('writes no host name that would mean more than itself', async () => {
    const hosts = ['', 'a b', 'a\nb', 'a,b', '*', 'a?', '!a', '|1|x', '@revoked', '#a', 'a\tb', 'a\0'];
    for (const host of hosts) {
      expect(await appendKnownHost(path, { host, port: 22 }, key.key)).toMatchObject({ ok: false });
    }
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});
