import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from './config-files.ts';
import { listConfigHosts } from './list-hosts.ts';
import type { CommandOutcome } from './match-results.ts';
import { resolveHost } from './resolve-host.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
  mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
});

afterEach(() => rmSync(home, { recursive: true }));

function write(name: string, text: string, mode = 0o600): void {
  const path = join(home, '.ssh', name);
  writeFileSync(path, text);
  chmodSync(path, mode);
}

function resolve(host: string, ran: ReadonlyMap<string, boolean> = new Map()) {
  const userFile = join(home, '.ssh', 'config');
  const question = { host, localUser: 'ana', home, environment: {}, userFile, systemFile: null };
  const outcome = (succeeded: boolean | undefined): CommandOutcome =>
    succeeded === undefined ? { kind: 'notAllowed' } : { kind: 'ended', succeeded };
  return resolveHost({ ...question, ran: (command) => outcome(ran.get(command)) }, diskFiles);
}

describe('reading a configuration', () => {
  it('calls a file that is no text no configuration', () => {
    write('config', '\x7fELF\x02\x01\x01\n\0\0\n');
    expect(resolve('web').problems.map(({ text }) => text)).toContain(
      'This is no line of an SSH configuration.',
    );
  });

  it.each([
    { what: 'a byte order mark', text: '\ufeffHost a\n  User bob\nHost web\n', words: 'byte order mark' },
    {
      what: 'a byte order mark before a comment',
      text: '\ufeff# mine\nHost web\n',
      words: 'byte order mark',
    },
    { what: 'a byte order mark alone', text: '\ufeff\nHost web\n', words: 'byte order mark' },
    { what: 'a space of zero width', text: '\u200bHost a\n  User bob\n', words: 'invisible character' },
    {
      what: 'a space that does not break',
      text: '\u00a0Host a\n  User bob\n',
      words: 'space of another kind',
    },
  ])('refuses as ssh does, and names what cannot be seen: $what', ({ text, words }) => {
    write('config', text);
    const ssh = spawnSync('ssh', ['-F', join(home, '.ssh', 'config'), '-G', 'web'], { encoding: 'utf8' });
    expect(ssh.stderr).toContain('line 1');
    expect(ssh.status).not.toBe(0);
    expect(resolve('web').problems).toMatchObject([
      { kind: 'refused', line: 1, text: expect.stringContaining(words) },
    ]);
  });

  it('lists a Host behind a byte order mark, so that its mark can be named', () => {
    write('config', '\ufeffHost a\nHost b\n');
    const userFile = join(home, '.ssh', 'config');
    const rest = { localUser: 'ana', localHost: 'laptop', uid: null, environment: {} };
    const frame = { ...rest, files: diskFiles, home, userFile, systemFile: join(home, 'none') };
    expect(listConfigHosts(frame).hosts).toEqual(['a', 'b']);
  });

  it('looks up nobody else’s home folder, and says so', () => {
    write('config', 'Include ~bob/config\nHost web\n');
    expect(resolve('web').problems).toMatchObject([
      { kind: 'notRead', line: 1, text: 'Culvert does not look up ~bob/config.' },
    ]);
  });

  it('finds relative includes in the folder of the user’s ssh', () => {
    write('config', 'Include config.d/*\n');
    write('config.d/b', 'User second\nPort 2\n');
    write('config.d/a', 'User first\n');
    write('config.d/.hidden', 'HostName hidden\n');
    expect(resolve('web').settings).toMatchObject({ user: 'first', port: 2 });
    expect(resolve('web').settings.hostName).toBeUndefined();
  });

  it('names every file it asked for, there or not', () => {
    write('config', 'Include ~/.ssh/work ~/.ssh/none\n');
    write('work', 'Port 2\n');
    expect(resolve('web').files.map((path) => path.slice(home.length))).toEqual([
      '/.ssh/config',
      '/.ssh/work',
      '/.ssh/none',
    ]);
  });

  it('runs no command, says which one it did not run, and takes the result of one that was allowed', () => {
    const marker = join(home, 'ran');
    const command = `touch ${marker}`;
    write('config', `Match exec "${command}"\n  User joe\nMatch !exec "${command}"\n  Port 7\n`);
    const unasked = resolve('web');
    expect(unasked.settings).toMatchObject({ port: 7 });
    expect(unasked.problems.map(({ kind, subject, line }) => ({ kind, subject, line }))).toEqual([
      { kind: 'commandNotRun', subject: command, line: 1 },
      { kind: 'commandNotRun', subject: command, line: 3 },
    ]);
    expect(resolve('web', new Map([[command, true]])).settings).toMatchObject({ user: 'joe' });
    expect(resolve('web', new Map([[command, false]])).settings.user).toBeUndefined();
    expect(diskFiles.read(marker)).toEqual({ kind: 'missing' });
  });

  it('asks for no command where the line cannot match any more', () => {
    write('config', 'Match host other exec "false"\n  User joe\n');
    expect(resolve('web').problems).toEqual([]);
  });

  it('names the options that it does not honour, where they apply', () => {
    write(
      'config',
      'Host web\n  Compression yes\nHost other\n  Ciphers aes256-ctr\nHost *\n  RequestTTY no\n',
    );
    expect(resolve('web').problems).toMatchObject([{ kind: 'notHonoured', subject: 'Compression', line: 2 }]);
  });

  it('says what happens in place of an option about whom to trust', () => {
    write('config', 'VerifyHostKeyDNS yes\n');
    expect(resolve('web').problems).toMatchObject([
      {
        subject: 'VerifyHostKeyDNS',
        text: expect.stringContaining('does not look for host keys in the DNS'),
      },
    ]);
  });

  it('names an option that nobody knows, unless the file says to pass over it', () => {
    write('config', 'IgnoreUnknown Foo*\nFooBar 1\nBarFoo 2\n');
    expect(resolve('web').problems).toMatchObject([{ kind: 'unknown', subject: 'barfoo', line: 3 }]);
  });

  it('trusts no file that others can change', () => {
    write('config', 'Port 2\n', 0o666);
    const { settings, problems } = resolve('web');
    expect(settings.port).toBeUndefined();
    expect(problems).toMatchObject([
      { kind: 'refused', text: expect.stringContaining('Others could change') },
    ]);
  });

  it('says which line is wrong, and reads on', () => {
    write('config', 'Host web\n  Port 0\n  User "joe\n  HostName web.lan\n');
    const { settings, problems } = resolve('web');
    expect(settings.hostName).toBe('web.lan');
    expect(problems).toMatchObject([
      { kind: 'refused', line: 2, text: '“0” is no value for port.' },
      { kind: 'refused', line: 3, text: 'A quote has no end.' },
    ]);
  });

  it('ends where a file includes itself', () => {
    write('config', 'Include config\nPort 3\n');
    const { settings, problems } = resolve('web');
    expect(settings.port).toBe(3);
    expect(problems).toMatchObject([{ kind: 'refused' }]);
  });

  it('ends where many files include each other by a pattern', () => {
    write('config', 'Include config.d/*\n');
    for (let at = 0; at < 20; at++) write(`config.d/${at}`, 'Include config.d/*\n');
    expect(resolve('web').problems.map(({ text }) => text)).toContain('More than 1000 files are included.');
  });

  it('says that a huge file is no configuration', () => {
    write('config', `Include big\n`);
    write('big', 'x'.repeat(1024 * 1024 + 1));
    expect(resolve('web').problems.map(({ kind }) => kind)).toContain('notRead');
    expect(resolve('web').settings).toEqual({ identityFiles: [], certificateFiles: [], forwards: [] });
  });

  it('ends where large files are read again and again', () => {
    write('config', `Include ${'large '.repeat(20)}\n`);
    write('large', `#${'x'.repeat(1024 * 1024 - 1)}`);
    expect(resolve('web').problems).toMatchObject([
      { kind: 'notRead', text: 'The files hold more than 8 megabytes in all.' },
    ]);
  });

  it('passes over a folder that an include matches, as ssh does', () => {
    write('config', 'Include config.d/*\n');
    mkdirSync(join(home, '.ssh', 'config.d', 'keys'), { mode: 0o700 });
    write('config.d/work', 'User joe\n');
    const { settings, problems } = resolve('web');
    expect({ user: settings.user, problems }).toEqual({ user: 'joe', problems: [] });
  });

  it('has nothing to say where there is no file', () => {
    expect(resolve('web')).toMatchObject({
      settings: { identityFiles: [], certificateFiles: [], forwards: [] },
      problems: [],
    });
  });
});
