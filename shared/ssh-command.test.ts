// biome-ignore lint/style/noRestrictedImports: a real shell and the real ssh say what a command means.
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JumpHost } from './jump-host.ts';
import type { Login } from './login.ts';
import type { Forward, Profile } from './profile.ts';
import { type CommandSubject, canSayWay, sshCommand, sshCommandParts, unsayableUser } from './ssh-command.ts';

const server: Profile['server'] = { host: 'core', port: 22, user: 'andre' };
const id = '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f';
const base = { id, name: '', enabled: true };
const target = { host: 'imap', port: 143 };

function local(address: string, port: number, to = target): Forward {
  return { ...base, kind: 'local', bind: { address, port }, target: to };
}

function remote(address: string, port: number, to = target): Forward {
  return { ...base, kind: 'remote', bind: { address, port }, target: to };
}

function dynamic(address: string, port: number): Forward {
  return { ...base, kind: 'dynamic', bind: { address, port } };
}

function subject(parts: Partial<CommandSubject>): CommandSubject {
  return { server, login: { method: 'automatic' }, forwards: [], legacyAlgorithms: false, ...parts };
}

/** The words that a POSIX shell makes of a command. */
function wordsInShell(command: string): readonly string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** What the real ssh understands, without connecting: its option names in lower case, one list of values each. */
function understoodBySsh(command: string): ReadonlyMap<string, readonly string[]> {
  const [, ...words] = wordsInShell(command);
  const printed = execFileSync('ssh', ['-G', '-F', 'none', ...words], { encoding: 'utf8' });
  const options = new Map<string, string[]>();
  for (const line of printed.trim().split('\n')) {
    const [, name = '', value = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return options;
}

describe('sshCommand', () => {
  it('is short for a simple profile', () => {
    expect(sshCommand(subject({ forwards: [local('localhost', 42424)] }))).toBe(
      'ssh -N -L 42424:imap:143 andre@core',
    );
  });

  it('keeps each option with its value', () => {
    const login: Login = { method: 'keyFile', keyFile: "/it's mine" };
    const parts = sshCommandParts(subject({ login, forwards: [dynamic('', 1080)] }));
    expect(parts).toEqual([
      ['ssh'],
      ['-N'],
      ['-i', `'/it'\\''s mine'`],
      ['-o', 'IdentitiesOnly=yes'],
      ['-D', '1080'],
      ['andre@core'],
    ]);
  });

  it.each(['/run/my agent', '~/a.sock', '$WORK_AGENT', 'none', '/a"b\\c%d', 'SSH_AUTH_SOCK'])(
    'names an agent as ssh reads it: %j',
    (socket) => {
      const understood = understoodBySsh(sshCommand(subject({ login: { method: 'agent', socket } })));
      expect(understood.get('identityagent')).toEqual([socket.replace('~', process.env.HOME ?? '')]);
    },
  );

  it('says which keys are tried, in their order, and what else is said about them', () => {
    const login: Login = {
      method: 'keyFile',
      // -i is for files that are there.
      keyFile: '/etc/hosts',
      moreKeyFiles: ['/etc/passwd', '/k/c%d'],
      socket: '/run/my agent',
      certificateFiles: ['/k/a-cert.pub', '/k/x y%.pub'],
      agentKeys: 'all',
      afterKeys: 'fail',
    };
    const understood = understoodBySsh(sshCommand(subject({ login })));
    // -G prints what is not looked up yet as it is written.
    expect(understood.get('identityfile')).toEqual(['/etc/hosts', '/etc/passwd', '/k/c%%d']);
    expect(understood.get('certificatefile')).toEqual(['/k/a-cert.pub', '/k/x y%%.pub']);
    expect(understood.get('identityagent')).toEqual(['/run/my agent']);
    expect(understood.get('identitiesonly')).toEqual(['no']);
    expect(understood.get('preferredauthentications')).toEqual(['publickey']);
    const listed = sshCommand(subject({ login: { method: 'automatic', agentKeys: 'listed' } }));
    expect(understoodBySsh(listed).get('identitiesonly')).toEqual(['yes']);
  });

  it('offers one agent key by a file with its public half', () => {
    const key = { type: 'ssh-ed25519', publicKey: 'AAAA', comment: 'ana' };
    expect(sshCommand(subject({ login: { method: 'agent', key } }))).toBe(
      'ssh -N -o PreferredAuthentications=publickey -i PUBLIC_KEY_FILE -o IdentitiesOnly=yes andre@core',
    );
  });

  it('lends the agent where the profile does', () => {
    const option = (forwardsAgent?: boolean) =>
      understoodBySsh(sshCommand(subject({ forwardsAgent }))).get('forwardagent');
    expect([option(), option(false), option(true)]).toEqual([['no'], ['no'], ['yes']]);
  });

  it('says PORT for a port that is not known yet', () => {
    expect(sshCommand(subject({ server: { ...server, port: 'PORT' } }))).toBe('ssh -N -p PORT andre@core');
  });

  it('leaves out the forwards that are switched off', () => {
    const off = { ...local('', 1), enabled: false };
    expect(sshCommand(subject({ forwards: [off, dynamic('', 1080)] }))).toBe('ssh -N -D 1080 andre@core');
  });

  it('says the same forwards to the real ssh', () => {
    const forwards = [
      local('', 1001),
      local('localhost', 1002),
      local('*', 1003),
      local('::1', 1004, { host: '2001:db8::1', port: 80 }),
      local('127.0.0.1', 1005, { host: '10.0.0.1', port: 80 }),
      remote('', 0),
      remote('*', 2001),
      remote('::', 2002, { host: '::1', port: 80 }),
      remote('core.example', 2003),
      dynamic('', 3001),
      dynamic('fe80::1%eth0', 3002),
      dynamic('*', 3003),
    ];
    const understood = understoodBySsh(sshCommand(subject({ forwards })));
    expect(understood.get('localforward')).toEqual([
      '1001 [imap]:143',
      '1002 [imap]:143',
      '[*]:1003 [imap]:143',
      '[::1]:1004 [2001:db8::1]:80',
      '[127.0.0.1]:1005 [10.0.0.1]:80',
    ]);
    expect(understood.get('remoteforward')).toEqual([
      '0 [imap]:143',
      '[*]:2001 [imap]:143',
      '[::]:2002 [::1]:80',
      '[core.example]:2003 [imap]:143',
    ]);
    expect(understood.get('dynamicforward')).toEqual(['3001', '[fe80::1%eth0]:3002', '[*]:3003']);
  });

  it.each<[Profile['server']]>([
    [{ host: 'core', port: 22, user: 'andre' }],
    [{ host: 'core', port: 2222, user: 'andre' }],
    [{ host: '2001:db8::1', port: 22, user: 'andre' }],
    [{ host: 'fe80::1%eth0', port: 22, user: 'andre' }],
    [{ host: 'core', port: 22, user: 'andre@example.org' }],
    [{ host: 'core', port: 22, user: 'ssh://x' }],
    [{ host: 'core', port: 22, user: 'DOMAIN\\andre' }],
    [{ host: 'core', port: 22, user: 'a b' }],
    [{ host: 'core', port: 22, user: 'andré' }],
  ])('says the same server to the real ssh: %j', (to) => {
    const understood = understoodBySsh(sshCommand(subject({ server: to })));
    expect(understood.get('hostname')).toEqual([to.host]);
    expect(understood.get('port')).toEqual([String(to.port)]);
    expect(understood.get('user')).toEqual([to.user]);
  });

  it('never lets a user name become an option', () => {
    const words = wordsInShell(
      sshCommand(subject({ server: { ...server, user: '-oProxyCommand=touch x' } })),
    );
    expect(words).toEqual(['ssh', '-N', '-l', '-oProxyCommand=touch x', 'core']);
  });

  it.each<[Login, string, readonly string[]]>([
    [{ method: 'agent' }, 'preferredauthentications', ['publickey']],
    [{ method: 'password' }, 'preferredauthentications', ['password,keyboard-interactive']],
    [{ method: 'ask' }, 'preferredauthentications', ['keyboard-interactive']],
    // ssh leaves out a file that -i names and that is not there.
    [{ method: 'keyFile', keyFile: process.execPath }, 'identityfile', [process.execPath]],
    [{ method: 'keyFile', keyFile: process.execPath }, 'identitiesonly', ['yes']],
    [{ method: 'keyFile', keyFile: `/it's 100% "mine"` }, 'identityfile', [`/it's 100%% "mine"`]],
  ])('says the same login to the real ssh: %j', (login, option, expected) => {
    expect(understoodBySsh(sshCommand(subject({ login }))).get(option)).toEqual(expected);
  });

  it('leaves the home folder in a path for ssh to fill in', () => {
    const login: Login = { method: 'keyFile', keyFile: '~/.ssh/id_work' };
    expect(wordsInShell(sshCommand(subject({ login }))).slice(2, 4)).toEqual(['-i', '~/.ssh/id_work']);
  });

  it('offers the old signatures only when asked to', () => {
    const modern = understoodBySsh(sshCommand(subject({})));
    const legacy = understoodBySsh(sshCommand(subject({ legacyAlgorithms: true })));
    for (const option of ['hostkeyalgorithms', 'pubkeyacceptedalgorithms']) {
      expect(modern.get(option)?.[0]?.split(',')).not.toContain('ssh-rsa');
      expect(legacy.get(option)?.[0]?.split(',')).toContain('ssh-rsa');
    }
  });

  it('looks for host keys in the same place, for the real ssh', () => {
    const hostKeys = {
      alias: 'vault',
      checking: 'accept-new',
      userFiles: ['/my "files"/a', '/100%/b'],
      globalFiles: ['/d%%'],
    } as const;
    const options = understoodBySsh(
      sshCommand(
        subject({
          hostKeys: {
            ...hostKeys,
            userFiles: [...hostKeys.userFiles],
            globalFiles: [...hostKeys.globalFiles],
          },
        }),
      ),
    );
    expect(options.get('hostkeyalias')).toEqual(['vault']);
    expect(options.get('stricthostkeychecking')).toEqual(['accept-new']);
    expect(options.get('userknownhostsfile')).toEqual(['/my "files"/a /100%/b']);
    expect(options.get('globalknownhostsfile')).toEqual(['/d%%']);
    expect(sshCommand(subject({ hostKeys: { checking: 'ask' } }))).toBe('ssh -N andre@core');
  });

  it('means the same words to a shell, whatever the profile holds', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(...' \'"`$\\;&|<>(){}[]*?!~#%=:@,./-\n\ta1é…'),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(nasty, nasty, nasty), { minLength: 20, maxLength: 20 }), (rows) => {
        const profiles = rows.map(([user, keyFile, address]) =>
          subject({
            server: { ...server, user },
            login: { method: 'keyFile', keyFile },
            forwards: [dynamic(address, 1080)],
          }),
        );
        // One shell for many commands; a word that no profile can hold stands between them.
        const words = wordsInShell(profiles.map((profile) => sshCommand(profile)).join(' -END- '));
        const commands = words
          .join('\0')
          .split('\0-END-\0')
          .map((command) => command.split('\0'));
        expect(commands).toHaveLength(profiles.length);
        for (const [index, profile] of profiles.entries()) {
          const command = commands[index] ?? [];
          const file = profile.login.method === 'keyFile' ? profile.login.keyFile : '';
          if (!file.includes('%')) expect(command[command.indexOf('-i') + 1]).toBe(file);
          const asked = command[command.indexOf('-l') + 1];
          expect(command.at(-1) === `${profile.server.user}@core` || asked === profile.server.user).toBe(
            true,
          );
          const address = profile.forwards[0]?.bind.address ?? '';
          expect(command[command.indexOf('-D') + 1]).toBe(
            `${address.includes(':') ? `[${address}]` : address}:1080`,
          );
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the way in the command', () => {
  const jump = (host: string, part: Partial<JumpHost> = {}): JumpHost => ({
    server: { host, port: 22, user: 'guard' },
    login: { method: 'automatic' },
    legacyAlgorithms: false,
    ...part,
  });

  /** What the ssh of a hop understands, once the one that starts it has put its tokens in (ssh_config(5), TOKENS). */
  function innerSsh(options: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
    const [command = ''] = options.get('proxycommand') ?? [];
    const values: Record<string, string> = {
      '%': '%',
      h: options.get('hostname')?.[0] ?? '',
      p: options.get('port')?.[0] ?? '',
    };
    return understoodBySsh(command.replace(/%(.)/g, (_all, token: string) => values[token] ?? '?'));
  }

  it('is a -J while the jump hosts need nothing else', () => {
    const jumpHosts = [
      jump('gate', { server: { host: '2001:db8::1', port: 2222, user: 'ana' } }),
      jump('inner'),
    ];
    const command = sshCommand(subject({ way: { jumpHosts } }));
    expect(command).toBe(`ssh -N -J 'ana@[2001:db8::1]:2222,guard@inner' andre@core`);
    expect(understoodBySsh(command).get('proxyjump')).toEqual(['ana@[2001:db8::1]:2222,guard@inner']);
  });

  it('is a chain of ssh -W where they log in with keys of their own, however these are called', () => {
    const keyFile = (name: string): Login => ({ method: 'keyFile', keyFile: name });
    const jumpHosts = [
      jump('gate', { login: keyFile(`/keys/it's 100%h "first"`) }),
      jump('inner', { login: keyFile('/keys/50%'), server: { host: 'inner', port: 2200, user: 'joe' } }),
    ];
    const outer = understoodBySsh(sshCommand(subject({ way: { jumpHosts } })));
    const inner = innerSsh(outer);
    expect(inner.get('hostname')).toEqual(['inner']);
    expect(inner.get('port')).toEqual(['2200']);
    expect(inner.get('user')).toEqual(['joe']);
    expect(inner.get('identityfile')).toEqual(['/keys/50%%']);
    const first = innerSsh(inner);
    expect(first.get('hostname')).toEqual(['gate']);
    expect(first.get('user')).toEqual(['guard']);
    expect(first.get('identityfile')).toEqual([`/keys/it's 100%%h "first"`]);
    expect(first.has('proxycommand')).toBe(false);
  });

  /** The last jump host as the real ssh goes over it, by -J or by an ssh of its own. */
  function lastJumpHost(command: string): string {
    const options = understoodBySsh(command);
    const [listed] = options.get('proxyjump') ?? [];
    if (listed !== undefined) return listed;
    const inner = innerSsh(options);
    return `${inner.get('user')?.[0]}@${inner.get('hostname')?.[0]}`;
  }

  it.each([
    'ana',
    'x@evil.example,ana',
    'a b',
    '#a',
    'ssh://x',
    '%h',
    '$HOME',
    '~a',
    '*',
    'DOM\\ana',
    'a@b',
    'é',
  ])('leads over the one jump host there is, whatever its user is called: %j', (user) => {
    const jumpHosts = [jump('gate', { server: { host: 'gate', port: 22, user } })];
    const command = sshCommand(subject({ way: { jumpHosts } }));
    expect(lastJumpHost(command)).toBe(`${user}@gate`);
    // A name that ssh would put into a command for a shell, or split, is never in such a list.
    expect(command.includes('-J')).toBe(/^[\p{L}.]+$/u.test(user));
  });

  it('leads to an IPv6 address from a jump host with a login of its own, and over one with a zone', () => {
    const jumpHosts = [
      jump('fe80::1%eth0'),
      jump('2001:db8::7', { login: { method: 'keyFile', keyFile: '/k' } }),
    ];
    const outer = understoodBySsh(sshCommand(subject({ way: { jumpHosts } })));
    const inner = innerSsh(outer);
    expect(inner.get('hostname')).toEqual(['2001:db8::7']);
    expect(innerSsh(inner).get('hostname')).toEqual(['fe80::1%eth0']);
  });

  it.each(['-oX', 'a;b', "a'b", 'a"b', 'a`b', 'a|b', 'a&b', 'a<b', 'a(b', 'a{b', 'a -b', 'a\\'])(
    'is known to be impossible for a user that the real ssh refuses: %j',
    (user) => {
      const run = () => execFileSync('ssh', ['-G', '-F', 'none', '-l', user, 'core'], { stdio: 'pipe' });
      expect(run).toThrow('invalid characters');
      const jumpHosts = [jump('gate', { server: { host: 'gate', port: 22, user } })];
      expect(unsayableUser(subject({ way: { jumpHosts } }))).toBe(user);
      expect(unsayableUser(subject({ server: { ...server, user } }))).toBe(user);
      expect(unsayableUser(subject({}))).toBe(null);
    },
  );

  it('is left out where it would be too long for any system, and that is known', () => {
    const jumpHosts = Array.from({ length: 16 }, (_, at) =>
      jump(`hop${at}`, { login: { method: 'keyFile', keyFile: `/keys/${'$'.repeat(300)}` } }),
    );
    const long = subject({ way: { jumpHosts } });
    expect(canSayWay(long)).toBe(false);
    expect(sshCommand(long)).toBe('ssh -N andre@core');
    expect(canSayWay(subject({ way: { jumpHosts: jumpHosts.slice(0, 2) } }))).toBe(true);
  });

  it('says how the connection is made and watched, of every server on it', () => {
    const connection = { connectTimeout: 7, aliveInterval: 20, aliveCountMax: 5 };
    const outer = understoodBySsh(
      sshCommand(
        subject({
          connection: { ...connection, bindAddress: '127.0.0.1', addressFamily: 'inet' },
          way: { jumpHosts: [jump('gate', { connection: { connectTimeout: 9 } })] },
        }),
      ),
    );
    expect(outer.get('connecttimeout')).toEqual(['7']);
    expect(outer.get('serveraliveinterval')).toEqual(['20']);
    expect(outer.get('serveralivecountmax')).toEqual(['5']);
    expect(outer.get('bindaddress')).toEqual(['127.0.0.1']);
    expect(outer.get('addressfamily')).toEqual(['inet']);
    expect(innerSsh(outer).get('connecttimeout')).toEqual(['9']);
  });

  it.each([
    [{ kind: 'socks5', host: 'proxy', port: 1080, user: '' }, 'nc -X 5 -x proxy:1080 %h %p'],
    [{ kind: 'http', host: 'proxy', port: 3128, user: 'ana' }, 'nc -X connect -x proxy:3128 -P ana %h %p'],
    [{ kind: 'command', command: 'corkscrew a 80 %h %p' }, 'corkscrew a 80 %h %p'],
  ] as const)('begins with a proxy: %j', (proxy, expected) => {
    const outer = understoodBySsh(sshCommand(subject({ way: { proxy } })));
    expect(outer.get('proxycommand')).toEqual([expected]);
  });
});
