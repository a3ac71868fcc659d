import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTestKey, type TestKey } from './host-key-test-keys.ts';
import { appendKnownHost } from './known-hosts-append.ts';
import { canRewrite, lookUpInFiles, readKnownHosts } from './known-hosts-file.ts';
import type { KnownHostsPaths } from './known-hosts-paths.ts';
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

describe('readKnownHosts', () => {
  const paths = (): KnownHostsPaths => ({
    userFiles: [path, join(directory, 'second')],
    globalFiles: [join(directory, 'global')],
  });

  it('takes a missing file for an empty one', async () => {
    const files = await readKnownHosts(paths());
    expect(files).toMatchObject({ ok: true, value: [{ path, text: '' }, { text: '' }, { text: '' }] });
    expect(files.ok && lookUpInFiles(files.value, server)).toEqual([]);
  });

  it('finds lines in all files, the user’s first, and says in which', async () => {
    await writeFile(path, `# mine\n[server.example]:2222 ${key.line}\n`);
    await writeFile(join(directory, 'second'), `\n\n*server* ${key.line}\n`);
    await writeFile(join(directory, 'global'), `@revoked * ${key.line}\n`);
    const files = await readKnownHosts(paths());
    expect(files.ok && lookUpInFiles(files.value, server)).toMatchObject([
      { file: path, line: 2, marker: 'none' },
      { file: join(directory, 'second'), line: 3, marker: 'none' },
      { file: join(directory, 'global'), line: 1, marker: 'revoked' },
    ]);
  });

  it('fails on any file that is there and cannot be read, since it may hold a revocation', async () => {
    await writeFile(path, `[server.example]:2222 ${key.line}\n`);
    await mkdir(join(directory, 'global'));
    expect(await readKnownHosts(paths())).toEqual({
      ok: false,
      error: {
        code: 'knownHostsUnreadable',
        file: join(directory, 'global'),
        cause: 'it is not a regular file',
      },
    });
  });

  it('fails on a file that the user may not read', async () => {
    await writeFile(path, `[server.example]:2222 ${key.line}\n`, { mode: 0o000 });
    const result = await withoutPrivilege(directory, () => readKnownHosts(paths()));
    expect(result).toEqual({
      ok: false,
      error: { code: 'knownHostsUnreadable', file: path, cause: 'EACCES' },
    });
  });

  it('takes a file switched off by a link to /dev/null for an empty one', async () => {
    await symlink('/dev/null', path);
    expect(await readKnownHosts(paths())).toMatchObject({
      ok: true,
      value: [{ text: '' }, { text: '' }, { text: '' }],
    });
  });

  it('reads what is written meanwhile at the next call', async () => {
    await appendKnownHost(path, server, key.key);
    const files = await readKnownHosts(paths());
    expect(files.ok && lookUpInFiles(files.value, server)).toMatchObject([{ line: 1, key: key.key }]);
  });

  it('does not wait for a pipe', async () => {
    spawnSync('mkfifo', [path]);
    expect(await readKnownHosts(paths())).toMatchObject({
      ok: false,
      error: { code: 'knownHostsUnreadable', file: path },
    });
  });

  it('takes no path that depends on where Culvert was started', async () => {
    expect(await readKnownHosts({ userFiles: ['known_hosts'], globalFiles: [] })).toMatchObject({
      ok: false,
      error: {
        code: 'knownHostsUnreadable',
        file: 'known_hosts',
        cause: 'its path does not begin with / or ~',
      },
    });
  });
});

describe('canRewrite', () => {
  it('is true of a file that can be replaced, through a link too', async () => {
    await writeFile(path, '');
    await symlink(path, join(directory, 'link'));
    expect(await canRewrite(path)).toBe(true);
    expect(await canRewrite(join(directory, 'link'))).toBe(true);
  });

  it('is false of one that is missing, another user’s, or in a folder that takes no new file', async () => {
    expect(await canRewrite(path)).toBe(false);
    await writeFile(path, '', { mode: 0o666 });
    const folder = join(directory, 'read-only');
    await mkdir(folder);
    await writeFile(join(folder, 'own'), '', { mode: 0o666 });
    await chmod(folder, 0o555);
    await chmod(directory, 0o755);
    expect(await withoutPrivilege(directory, () => canRewrite(join(folder, 'own')))).toBe(false);
    await chmod(folder, 0o755);
  });
});
