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

function read(host: string) {
  const found = readConfigHost(host, frame());
  if (!found.ok) throw new Error(found.error.message);
  return configHostSchema.parse(found.value);
}

const subjects = (host: string): string[] => read(host).concerns.map(({ subject }) => subject);

describe('the Hosts to choose from', () => {
  it('are those named in full, each once, through the includes', () => {
    write('config', 'Include config.d/*\nHost web db\nHost *.org !a b? web\nHost "mail"\n');
    write('config.d/work', 'Host core\nInclude ../../nowhere\nHost "two words"\n');
    const listed = configHostsSchema.parse(listConfigHosts(frame()));
    expect(listed).toEqual({ file: '~/.ssh/config', hosts: ['core', 'web', 'db', 'mail'] });
  });

  it('are none without a file, and end where files include each other', () => {
    expect(listConfigHosts(frame()).hosts).toEqual([]);
    write('config', 'Include config config.d/a\nHost x\n');
    write('config.d/a', 'Include config\nHost y\n');
    expect(listConfigHosts(frame()).hosts).toEqual(['y', 'x']);
  });
});

describe('what a profile takes over from a Host', () => {
  it('is the server, the key file and the forwards', () => {
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
    expect(read('mail')).toEqual({
      host: 'mail',
      server: { host: 'core.mail.example.org', port: 2022, user: 'joe' },
      keyFile: `${home}/.ssh/work`,
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

  it('opens local forwards to others where GatewayPorts says so, and no remote ones', () => {
    write('config', 'GatewayPorts yes\nLocalForward 80 a:1\nRemoteForward 81 b:1\nDynamicForward 82\n');
    expect(read('x').forwards.map(({ bind }) => bind.address)).toEqual(['*', 'localhost', '*']);
  });

  it('names what it leaves out, and where that stands', () => {
    write(
      'config',
      `Host inner
  ProxyJump gate
  StrictHostKeyChecking no
  Compression yes
  LocalForward /tmp/a.sock b:1
  LocalForward 80 /run/docker.sock
  RemoteForward 1080
  IdentityFile a
  IdentityFile b
`,
    );
    const { concerns, keyFile, forwards } = read('inner');
    expect(concerns.map(({ subject, line }) => [subject, line])).toEqual([
      ['ProxyJump', 2],
      ['StrictHostKeyChecking', 3],
      ['Compression', 4],
      ['LocalForward', 5],
      ['IdentityFile', 8],
    ]);
    expect(concerns.find(({ subject }) => subject === 'LocalForward')?.text).toContain(
      '3 forwards are left out',
    );
    expect(keyFile).toBeNull();
    expect(forwards).toEqual([]);
    expect(new Set(concerns.map(({ file }) => file))).toEqual(new Set(['~/.ssh/config']));
  });

  it('names no option that asks for what a profile does anyway', () => {
    write(
      'config',
      'StrictHostKeyChecking ask\nForwardAgent no\nIdentityAgent SSH_AUTH_SOCK\nAddressFamily any\n',
    );
    expect(subjects('web')).toEqual([]);
  });

  it('names the command of a Match exec, which it does not run', () => {
    write('config', `Match exec "touch ${home}/ran"\n  User joe\n`);
    expect(subjects('web')).toEqual([`touch ${home}/ran`]);
    expect(diskFiles.read(join(home, 'ran')).kind).toBe('missing');
  });

  it('is nothing where ssh refuses the files, with the line and the reason', () => {
    write('config', 'Host web\n  Port many\n');
    expect(readConfigHost('web', frame())).toEqual({
      ok: false,
      error: {
        code: 'invalid',
        message: `ssh would refuse this configuration. ~/.ssh/config, line 2: “many” is no value for port.`,
      },
    });
  });

  it('comes from the system’s file where the user’s says nothing', () => {
    write('config', 'Host web\n  User joe\n');
    writeFileSync(join(home, 'ssh_config'), 'Host *\n  User system\n  Port 2200\n');
    expect(read('web').server).toEqual({ host: 'web', port: 2200, user: 'joe' });
  });
});
