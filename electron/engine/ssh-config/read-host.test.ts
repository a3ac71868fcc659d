import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configHostSchema, configHostsSchema } from '#shared/config-host.ts';
import { diskFiles } from './config-files.ts';
import type { ConfigFrame } from './config-frame.ts';
import { listConfigHosts } from './list-hosts.ts';
import { readConfigHost } from './read-host.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'culvert-ssh-config-'));
  mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
});

afterEach(() => rmSync(home, { recursive: true }));

function frame(): ConfigFrame {
  return {
    files: diskFiles,
    home,
    localUser: 'ana',
    localHost: 'laptop',
    uid: 1000,
    environment: {},
    userFile: join(home, '.ssh', 'config'),
    systemFile: join(home, 'ssh_config'),
  };
}

function write(name: string, text: string): void {
  writeFileSync(join(home, '.ssh', name), text, { mode: 0o600 });
}

async function read(host: string, allowed: readonly string[] = []) {
  const found = await readConfigHost(host, allowed, frame());
  if (!found.ok) throw new Error(found.error.message);
  return configHostSchema.parse(found.value);
}

const subjects = async (host: string): Promise<string[]> =>
  (await read(host)).concerns.map(({ subject }) => subject);

describe('the Hosts to choose from', () => {
  it('are those named in full, each once, through the includes', () => {
    write('config', 'Include config.d/*\nHost web db\nHost *.org !a b? web\nHost "mail"\n');
    write('config.d/work', 'Host core\nInclude ../../nowhere\nHost "two words"\n');
    const listed = configHostsSchema.parse(listConfigHosts(frame()));
    expect(listed).toMatchObject({ file: '~/.ssh/config', hosts: ['core', 'web', 'db', 'mail'] });
    const folder = join(home, '.ssh');
    expect(listed.files).toEqual(
      expect.arrayContaining([
        join(folder, 'config'),
        join(folder, 'config.d'),
        join(folder, 'config.d', 'work'),
      ]),
    );
  });

  it('are those of the system’s file, too, behind the user’s', async () => {
    write('config', 'Host web\n');
    writeFileSync(join(home, 'ssh_config'), 'Host core web\n  User system\nHost *\n');
    expect(listConfigHosts(frame()).hosts).toEqual(['web', 'core']);
    expect((await read('core')).way.server.user).toBe('system');
  });

  it('are none without a file, and end where files include each other', () => {
    expect(listConfigHosts(frame()).hosts).toEqual([]);
    write('config', 'Include config config.d/a\nHost x\n');
    write('config.d/a', 'Include config\nHost y\n');
    expect(listConfigHosts(frame()).hosts).toEqual(['y', 'x']);
  });
});

describe('what a profile takes over from a Host', () => {
  it('is the server, the key file and the forwards', async () => {
    write(
      'config',
      `Host mail
  HostName core.%h.example.org
  Port 2022
  User joe
  IdentityFile ~/.ssh/work
  IdentitiesOnly yes
  LocalForward 42424 imap:143
  LocalForward *:8080 web:80
  RemoteForward 9000 localhost:3000
  RemoteForward :9001 localhost:3001
  DynamicForward 127.0.0.1:1080
`,
    );
    expect(await read('mail')).toEqual({
      host: 'mail',
      isNamed: true,
      way: {
        server: { host: 'core.mail.example.org', port: 2022, user: 'joe' },
        login: { method: 'keyFile', keyFile: `${home}/.ssh/work`, afterKeys: 'ask' },
      },
      files: [`${home}/.ssh/config`, `${home}/ssh_config`],
      forwards: [
        { kind: 'local', bind: { address: 'localhost', port: 42424 }, target: { host: 'imap', port: 143 } },
        { kind: 'local', bind: { address: '*', port: 8080 }, target: { host: 'web', port: 80 } },
        {
          kind: 'remote',
          bind: { address: 'localhost', port: 9000 },
          target: { host: 'localhost', port: 3000 },
        },
        { kind: 'remote', bind: { address: '*', port: 9001 }, target: { host: 'localhost', port: 3001 } },
        { kind: 'dynamic', bind: { address: '127.0.0.1', port: 1080 } },
      ],
      concerns: [],
    });
  });

  it('opens local forwards to others where GatewayPorts says so, and no remote ones', async () => {
    write('config', 'GatewayPorts yes\nLocalForward 80 a:1\nRemoteForward 81 b:1\nDynamicForward 82\n');
    expect((await read('x')).forwards.map(({ bind }) => bind.address)).toEqual(['*', 'localhost', '*']);
  });

  it('names what it leaves out, and where that stands', async () => {
    write(
      'config',
      `Host inner
  ProxyJump gate
  StrictHostKeyChecking no
  Compression yes
  LocalForward /tmp/a.sock b:1
  LocalForward 80 /run/docker.sock
  RemoteForward 1080
`,
    );
    const { concerns, way, forwards } = await read('inner');
    expect(concerns.map(({ subject, line }) => [subject, line])).toEqual([
      ['StrictHostKeyChecking', 3],
      ['Compression', 4],
      ['LocalForward', 5],
      ['LocalForward', 6],
      ['RemoteForward', 7],
    ]);
    expect(concerns.find(({ subject }) => subject === 'LocalForward')?.text).toContain(
      '/tmp/a.sock b:1 is left out',
    );
    expect(way.login).toEqual({ method: 'automatic' });
    expect(forwards).toEqual([]);
    expect(new Set(concerns.map(({ file }) => file))).toEqual(new Set(['~/.ssh/config']));
  });

  it('names no option that asks for what a profile does anyway', async () => {
    write(
      'config',
      'StrictHostKeyChecking ask\nForwardAgent no\nIdentityAgent SSH_AUTH_SOCK\nAddressFamily any\n',
    );
    expect(await subjects('web')).toEqual([]);
  });

  it('names the command of a Match exec, which it does not run', async () => {
    write('config', `Match exec "touch ${home}/ran"\n  User joe\n`);
    expect(await subjects('web')).toEqual([`touch ${home}/ran`]);
    expect(diskFiles.read(join(home, 'ran')).kind).toBe('missing');
  });

  it('is nothing where ssh refuses the files, with the line and the reason', async () => {
    write('config', 'Host web\n  Port many\n');
    expect(await readConfigHost('web', [], frame())).toEqual({
      ok: false,
      error: {
        code: 'invalid',
        message: `ssh would refuse this configuration. ~/.ssh/config, line 2: “many” is no value for port.`,
      },
    });
  });

  it('is nothing where the files lead to one that would never end, with the line and the reason', async () => {
    execFileSync('mkfifo', ['-m', '600', join(home, '.ssh', 'config.d', 'pipe')]);
    write('config', 'Host web\n\nInclude config.d/*\n');
    const found = await readConfigHost('web', [], frame());
    expect(found.ok || found.error.message).toBe(
      `Culvert cannot read all of this configuration. ~/.ssh/config, line 3: ${home}/.ssh/config.d/pipe cannot be read: it is a pipe, a socket or a device, and no file.`,
    );
  });

  it('comes from the system’s file where the user’s says nothing', async () => {
    write('config', 'Host web\n  User joe\n');
    writeFileSync(join(home, 'ssh_config'), 'Host *\n  User system\n  Port 2200\n');
    expect((await read('web')).way.server).toEqual({ host: 'web', port: 2200, user: 'joe' });
  });

  it('is how host keys are known and how the connection is made and watched, where a line says so', async () => {
    write(
      'config',
      `Host core
  HostKeyAlias Core
  UserKnownHostsFile ~/.ssh/known_work ~/.ssh/known_%n
  StrictHostKeyChecking accept-new
  ConnectTimeout 7
  ServerAliveInterval 20
  ServerAliveCountMax 5
  BindAddress 127.0.0.1
  AddressFamily inet
`,
    );
    const { way, concerns } = await read('core');
    expect(way.hostKeys).toEqual({
      alias: 'core',
      userFiles: [`${home}/.ssh/known_work`, `${home}/.ssh/known_core`],
      checking: 'accept-new',
    });
    expect(way.connection).toEqual({
      connectTimeout: 7,
      aliveInterval: 20,
      aliveCountMax: 5,
      bindAddress: '127.0.0.1',
      addressFamily: 'inet',
    });
    expect(concerns).toEqual([]);
  });
});

describe('the login that a profile takes over', () => {
  const login = async (...lines: readonly string[]) => {
    write('config', ['Host web', ...lines].join('\n  '));
    const { way, concerns } = await read('web');
    return { login: way.login, lends: way.forwardsAgent, subjects: concerns.map(({ subject }) => subject) };
  };

  it('has several key files in ssh’s order, the agent, and certificates', async () => {
    const found = await login(
      'User joe',
      'IdentityFile ~/.ssh/%r@%h',
      'IdentityFile ~/.ssh/b',
      'CertificateFile ~/.ssh/%n-cert.pub',
      'IdentityAgent ~/.1password/agent.sock',
      'ForwardAgent yes',
    );
    expect(found).toEqual({
      login: {
        method: 'keyFile',
        keyFile: `${home}/.ssh/joe@web`,
        moreKeyFiles: [`${home}/.ssh/b`],
        socket: `${home}/.1password/agent.sock`,
        certificateFiles: [`${home}/.ssh/web-cert.pub`],
        agentKeys: 'all',
        afterKeys: 'ask',
      },
      lends: true,
      subjects: [],
    });
  });

  it.each([
    { lines: ['IdentitiesOnly yes'], login: { method: 'automatic', agentKeys: 'listed' } },
    { lines: ['IdentityAgent none'], login: { method: 'automatic', socket: 'none' } },
    { lines: ['CertificateFile none'], login: { method: 'automatic', certificateFiles: [] } },
    { lines: ['PreferredAuthentications publickey'], login: { method: 'automatic', afterKeys: 'fail' } },
    {
      lines: ['PasswordAuthentication no', 'ChallengeResponseAuthentication no', 'IdentityFile /a'],
      login: { method: 'keyFile', keyFile: '/a', agentKeys: 'all', afterKeys: 'fail' },
    },
    { lines: ['PubkeyAuthentication no'], login: { method: 'password' } },
    {
      lines: ['PreferredAuthentications keyboard-interactive'],
      login: { method: 'ask' },
      subjects: ['PreferredAuthentications'],
    },
    {
      lines: ['PreferredAuthentications password,publickey,keyboard-interactive'],
      login: { method: 'automatic' },
      subjects: ['PreferredAuthentications'],
    },
    {
      lines: ['PasswordAuthentication no'],
      login: { method: 'automatic' },
      subjects: ['PasswordAuthentication'],
    },
    {
      lines: ['PreferredAuthentications gssapi-with-mic'],
      login: { method: 'automatic', afterKeys: 'fail' },
      subjects: ['PreferredAuthentications'],
    },
    { lines: ['IdentityFile none'], login: { method: 'automatic' }, subjects: ['IdentityFile'] },
    { lines: ['ForwardAgent /other.sock'], login: { method: 'automatic' }, subjects: ['ForwardAgent'] },
  ])('is as $lines say, and what it cannot say is named', async ({ lines, login: wanted, subjects = [] }) => {
    expect(await login(...lines)).toEqual({ login: wanted, lends: undefined, subjects });
  });

  it('lends no agent to a jump host, and says nothing of it', async () => {
    write('config', 'Host gate\n  ForwardAgent /other.sock\nHost web\n  ProxyJump gate\n');
    const { way, concerns } = await read('web');
    expect([way.forwardsAgent, concerns]).toEqual([undefined, []]);
  });
});

describe('the files to watch', () => {
  it('have the folders in which an included file can appear, there or not', async () => {
    mkdirSync(join(home, '.ssh', 'work', 'a'), { recursive: true });
    write('config', 'Include later.d/*.conf\nInclude work/*/ssh.conf\nInclude gone\n');
    expect((await read('web')).files).toEqual([
      ...['config', 'later.d', 'work', 'work/a', 'gone'].map((name) => join(home, '.ssh', name)),
      join(home, 'ssh_config'),
    ]);
  });
});

describe('the way to a Host', () => {
  const hops = async (host: string) => {
    const { way } = await read(host);
    return [...(way.jumpHosts ?? []), way].map(
      ({ server }) => `${server.user}@${server.host}:${server.port}`,
    );
  };

  it('leads through its jump hosts, each as its own configuration says', async () => {
    write(
      'config',
      `Host gate
  HostName gate.example.org
  User guard
  Port 2222
  IdentityFile ~/.ssh/gate
Host inner
  ProxyJump gate,joe@middle:2200
Host *
  User ana
`,
    );
    expect(await hops('inner')).toEqual(['guard@gate.example.org:2222', 'joe@middle:2200', 'ana@inner:22']);
    expect((await read('inner')).way.jumpHosts?.[0]?.login).toEqual({
      method: 'keyFile',
      keyFile: `${home}/.ssh/gate`,
      agentKeys: 'all',
      afterKeys: 'ask',
    });
  });

  it('has tokens put into the names of its jump hosts, and then is asked about those', async () => {
    write(
      'config',
      'Host gate-web\n  HostName gate.example.org\nHost web\n  HostName core\n  User joe\n  ProxyJump x%r@gate-%n,last-%h-%p\n',
    );
    expect(await hops('web')).toEqual(['xjoe@gate.example.org:22', 'ana@last-core-22:22', 'joe@core:22']);
  });

  it('takes what the first hop says of its own way, and not what the later ones say', async () => {
    write(
      'config',
      `Host a
  ProxyJump outer
Host b
  ProxyJump elsewhere
Host outer
  ProxyCommand nc -X 5 %h %p 100%%
Host far
  ProxyJump a,b
`,
    );
    expect(await hops('far')).toEqual(['ana@outer:22', 'ana@a:22', 'ana@b:22', 'ana@far:22']);
    expect((await read('far')).way.proxy).toEqual({ kind: 'command', command: 'nc -X 5 outer 22 100%%' });
  });

  it('ends with a sentence where it leads in a circle', async () => {
    write('config', 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
    const found = await readConfigHost('a', [], frame());
    expect(found).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(found.ok || found.error.message).toContain('in a circle');
  });

  it('names what is not done for a jump host, too', async () => {
    write('config', 'Host gate\n  Compression yes\nHost inner\n  ProxyJump gate\n');
    const { concerns } = await read('inner');
    expect(concerns).toMatchObject([{ subject: 'Compression', line: 2 }]);
    expect(concerns[0]?.text).toContain('For the jump host gate:');
  });

  it('runs a command of Match exec that is allowed to the letter, with its tokens, and none beside', async () => {
    const asked = `echo %h >> ${home}/ran; test %n = web`;
    const other = `echo other >> ${home}/ran`;
    write('config', `Match exec "${asked}"\n  User joe\nMatch exec "${other}"\n  Port 2200\n`);
    const { way, concerns } = await read('web', [asked, `${other} `]);
    expect(way.server).toEqual({ host: 'web', port: 22, user: 'joe' });
    expect(concerns.map(({ command }) => command)).toEqual([other]);
    expect(diskFiles.read(join(home, 'ran'))).toMatchObject({ kind: 'text', text: 'web\n' });
    expect((await read('db', [asked])).way.server.user).toBe('ana');
  });

  it('runs a command anew for every host of the way that it means something else for', async () => {
    const asked = 'test %h = 10.0.0.1';
    write(
      'config',
      `Host gate
  HostName 10.0.0.1
Host inner
  HostName 10.0.0.2
  ProxyJump gate
Match exec "${asked}"
  User gatekeeper
  Port 2222
`,
    );
    const { way } = await read('inner', [asked]);
    expect(way.jumpHosts?.[0]?.server).toEqual({ host: '10.0.0.1', port: 2222, user: 'gatekeeper' });
    expect(way.server).toEqual({ host: '10.0.0.2', port: 22, user: 'ana' });
  });

  it('lets no host or user name become part of an allowed command', async () => {
    const asked = 'test -n %r';
    write('config', `Match exec "${asked}"\n  Port 2222\n`);
    expect((await read('web', [asked])).way.server.port).toBe(2222);
    write('config', `User b;touch\${IFS}${home}/ran\nMatch exec "${asked}"\n  Port 2222\n`);
    const { way, concerns } = await read('web', [asked]);
    expect(way.server.port).toBe(22);
    expect(concerns.map(({ subject }) => subject)).toContain(asked);
    expect(diskFiles.read(join(home, 'ran')).kind).toBe('missing');
  });

  it('offers no command to be allowed that is not shown to its end', async () => {
    write('config', `Match exec "true ${'x'.repeat(500)}"\n  User joe\nMatch exec "true"\n  Port 2\n`);
    const { concerns } = await read('web');
    expect(concerns.map(({ command }) => command)).toEqual([undefined, 'true']);
  });

  it('knows an address with a zone, and an alias that is no name', async () => {
    write('config', 'Host web\n  HostName fe80::1%%eth0\n  HostKeyAlias %n\n  ConnectTimeout 100000\n');
    const { way, concerns } = await read('web');
    expect(way.server.host).toBe('fe80::1%eth0');
    expect(way.hostKeys).toBeUndefined();
    expect(way.connection).toEqual({ connectTimeout: 100_000 });
    expect(concerns.map(({ subject }) => subject)).toEqual(['HostKeyAlias']);
  });
});
