import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from './config-files.ts';
import { listConfigHosts } from './list-hosts.ts';
import { isHostArgument, isUserArgument } from './login-arguments.ts';
import { readConfigHost } from './read-host.ts';

let home: string;
let config: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
  mkdirSync(join(home, '.ssh'));
  config = join(home, '.ssh', 'config');
  process.env.CULVERT_SET = 'set by; somebody';
  process.env.CULVERT_TRAP = `1; touch ${home}/trapped; true`;
});

afterEach(() => {
  rmSync(home, { recursive: true });
  delete process.env.CULVERT_SET;
  delete process.env.CULVERT_TRAP;
});

const write = (text: string): void => writeFileSync(config, text, { mode: 0o600 });

const ssh = (...args: readonly string[]) =>
  spawnSync('ssh', ['-F', config, '-o', 'BatchMode=yes', ...args], { encoding: 'utf8', timeout: 10_000 });

function frame() {
  const { username, uid } = userInfo();
  return {
    files: diskFiles,
    home,
    localUser: username,
    localHost: 'laptop',
    uid,
    environment: process.env,
    userFile: config,
    systemFile: join(home, 'none'),
  };
}

async function read(host: string, allowed: readonly string[] = []) {
  const found = await readConfigHost(host, allowed, frame());
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
}

const messageFor = async (host: string): Promise<string> => {
  const found = await readConfigHost(host, [], frame());
  return found.ok ? 'taken' : found.error.message;
};

describe('a ProxyCommand', () => {
  /** What it writes when it is run as a tunnel runs it, and when ssh runs it. */
  const written = async (argument: string) => {
    const file = join(home, 'written');
    const take = (): string | null => {
      const found = diskFiles.read(file);
      rmSync(file, { force: true });
      return found.kind === 'text' ? found.text : null;
    };
    write(`Host foo\n  HostName core\n  User joe\n  ProxyCommand echo ${argument} | tee ${file}\n`);
    ssh('foo');
    const theirs = take();
    const { proxy } = (await read('foo')).way;
    const command = proxy?.kind === 'command' ? proxy.command.replaceAll('%%', '%') : 'false';
    spawnSync(process.env.SHELL || '/bin/sh', ['-c', `exec ${command}`]);
    return { ours: take(), theirs };
  };

  it.each([
    '%h %n %p %r %k 100%%',
    `\${CULVERT_SET:-default}`,
    `\${CULVERT_UNSET:-127.0.0.1} %p`,
    `"\${CULVERT_SET}" \${CULVERT_UNSET}x`,
    `$(h=%n.x; echo \${h%%%%.*})`,
    `"\${CULVERT_TRAP}"`,
  ])('does with the shell what it does with ssh: %s', async (argument) => {
    const { ours, theirs } = await written(argument);
    expect(theirs).not.toBeNull();
    expect(ours).toBe(theirs);
    expect(existsSync(join(home, 'trapped'))).toBe(false);
  });

  it.each(['%d', '%u', '%L', '%Z'])('has no token %s, as to ssh', async (token) => {
    write(`ProxyCommand echo ${token}\n`);
    expect(ssh('foo').stderr).toContain('unknown key');
    await expect(read('foo')).rejects.toThrow(`It has the unknown token ${token}.`);
  });

  it.each([
    ['User a$(id)', '%r'],
    ['User -x', '%r'],
    ['HostName -oProxyCommand=x', '%h'],
    ['HostKeyAlias a;b', '%k'],
  ])('takes no name that would become part of it: %s', async (line, token) => {
    write(`Host foo\n  ${line}\n  ProxyCommand ssh ${token}\nHost way\n  ProxyJump foo\n`);
    const sentence = `${token} stands for “${line.split(' ')[1]?.toLowerCase()}”, which a shell could take`;
    expect((await messageFor('foo')).toLowerCase()).toContain(sentence.toLowerCase());
    expect((await messageFor('way')).toLowerCase()).toContain(sentence.toLowerCase());
  });
});

describe('a command of Match exec', () => {
  /** Whether the line matches. */
  const matches = async (command: string) => {
    write(`Match exec "${command}"\n  User matched\n`);
    const theirs = /^user matched$/m.test(ssh('-G', 'foo').stdout);
    return { theirs, ours: (await read('foo', [command])).way.server.user === 'matched' };
  };

  it.each([
    `test 1 = \${CULVERT_TRAP}`,
    `test -n \${CULVERT_UNSET:-x}`,
    `test \${CULVERT_UNSET:-d} = d`,
    'test x%%y = x%y',
    'test %h%n%p = foofoo22',
  ])('has its variables from the shell, as with ssh: %s', async (command) => {
    const { ours, theirs } = await matches(command);
    expect(ours).toBe(theirs);
    expect(existsSync(join(home, 'trapped'))).toBe(false);
  });

  it('is not called one that you have not allowed, where you have', async () => {
    write(`Host foo\n  User a;b\nMatch exec "test %r = x"\n  Port 2222\n`);
    const { concerns } = await read('foo', ['test %r = x']);
    expect(concerns).toMatchObject([
      { subject: 'test %r = x', text: expect.stringContaining('stands for “a;b”') },
    ]);
    expect(concerns[0]).not.toHaveProperty('command');
  });
});

describe('a name', () => {
  const NAMES =
    'foo;id|-oProxyCommand=x|a$b|a#b|a=b|a!b|a~b|a\\b|a\'b|a{b|é|a[b|a,b|a%b|a:b|a b|a"b|a`b|a&b|a>b|a|b|a(b|a.b|a_b|a@b';

  it.each(NAMES.split('|'))('is a host to Culvert where it is one to ssh: %s', (name) => {
    write('');
    expect(isHostArgument(name)).toBe(ssh('-l', 'joe', '-G', '--', `joe@${name}`).status === 0);
  });

  it.each([...NAMES.split('|'), 'a -b', 'a\\', 'a\\b'])(
    'is a user to Culvert where it is one to ssh: %s',
    (name) => {
      write('');
      expect(isUserArgument(name)).toBe(ssh('-l', name, '-G', 'foo').status === 0);
    },
  );

  it('that ssh refuses is not among the Hosts, and is read for none', async () => {
    write(
      `Host foo;id ok -oProxyCommand=x a$b\n  ProxyCommand echo %n\nHost way\n  ProxyJump foo;id\nHost as\n  ProxyJump u;x@ok\n`,
    );
    expect(listConfigHosts(frame()).hosts).toEqual(['ok', 'way', 'as']);
    expect(await messageFor('foo;id')).toBe('ssh refuses “foo;id” as the name of a host.');
    expect(await messageFor('-oProxyCommand=x')).toContain('as the name of a host');
    expect(await messageFor('way')).toBe('ssh refuses “foo;id” as the name of a host.');
    expect(await messageFor('as')).toBe('ssh refuses “u;x” as a user of ok.');
  });
});
