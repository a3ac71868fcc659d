import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { profileOfHost } from '#shared/transfer/host-profile.ts';
import { ConfigHome } from './testing/config-home.ts';

let home: ConfigHome;

beforeEach(() => {
  home = new ConfigHome();
});

afterEach(() => home.remove());

/** The Host as it is read, once ssh has taken it and a profile has been made of it. */
async function take(...lines: readonly string[]) {
  home.write(['Host web', ...lines].join('\n  '));
  expect(home.isTakenBySsh('web')).toBe(true);
  const found = await home.read('web');
  let ids = 0;
  const newId = () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`;
  expect(profileOfHost(found, { name: 'web', follows: true, newId })).toMatchObject({ ok: true });
  return found;
}

describe('a Host that ssh takes and a profile cannot hold to the letter', () => {
  it.each([
    { line: 'ServerAliveCountMax 99999', connection: { aliveInterval: 5, aliveCountMax: 1000 } },
    { line: 'ConnectTimeout 4w', connection: { aliveInterval: 5, connectTimeout: 2_000_000 } },
    { line: 'ConnectTimeout 0', connection: { aliveInterval: 5 } },
  ])('is taken as far as it goes, and the line is named: $line', async ({ line, connection }) => {
    const { way, concerns } = await take('ServerAliveInterval 5', line);
    expect(way.connection).toEqual(connection);
    expect(concerns).toMatchObject([{ subject: line.split(' ')[0], line: 3 }]);
  });

  it('is taken as far as it goes for a jump host, too', async () => {
    home.write(
      'Host gate\n  ServerAliveInterval 4w\n  ServerAliveCountMax 99999\nHost web\n  ProxyJump gate\n',
    );
    const { way, concerns } = await home.read('web');
    expect(way.jumpHosts?.[0]?.connection).toEqual({ aliveInterval: 2_000_000, aliveCountMax: 1000 });
    expect(concerns.map(({ line, text }) => [line, /^For the jump host gate: /.test(text)])).toEqual([
      [2, true],
      [3, true],
    ]);
  });

  it('has as many files of known hosts as ssh takes, and no more', async () => {
    const files = (count: number) => Array.from({ length: count }, (_, index) => `/k/${index}`);
    const { way, concerns } = await take(`UserKnownHostsFile ${files(32).join(' ')}`);
    expect(way.hostKeys?.userFiles).toEqual(files(32));
    expect(concerns).toEqual([]);
    home.write(`UserKnownHostsFile ${files(33).join(' ')}\n`);
    expect(home.isTakenBySsh('web')).toBe(false);
    await expect(home.read('web')).rejects.toThrow('has more than 32 files');
  });

  it('has a tab in its ProxyCommand, as the shell takes it', async () => {
    const { way } = await take('ProxyCommand nc\t-X 5  %h "%p\t"');
    expect(way.proxy).toEqual({ kind: 'command', command: 'nc\t-X 5  web "22\t"' });
  });

  it('names a key file whose place depends on where Culvert is started', async () => {
    const { concerns } = await take('IdentityFile ~/.ssh/a', 'IdentityFile keys/b');
    expect(concerns).toMatchObject([
      { subject: 'IdentityFile', text: expect.stringContaining('“keys/b” is looked for in the folder') },
    ]);
  });
});

describe('a forward that no profile can have', () => {
  it.each([
    { lines: ['LocalForward 8080 b:81'], reason: 'another forward before it listens on that port.' },
    { lines: ['DynamicForward *:8080'], reason: 'another forward before it listens on that port.' },
    { lines: ['LocalForward myhost:80 a:80'], reason: 'a profile listens on addresses of this computer' },
    { lines: ['LocalForward 81 db..x:80'], reason: 'its target is no host name or address.' },
    { lines: ['RemoteForward a..b:82 c:80'], reason: 'it listens on no name or address' },
    { lines: ['RemoteForward 1080'], reason: 'a profile has no sockets of the file system' },
  ])('is left out with its line, and keeps nothing else out: $lines', async ({ lines, reason }) => {
    const { forwards, concerns } = await take('LocalForward 8080 a:80', ...lines, 'LocalForward 9090 z:90');
    expect(forwards.map(({ bind }) => bind.port)).toEqual([8080, 9090]);
    const [option, ...ends] = (lines[0] ?? '').split(' ');
    expect(concerns).toMatchObject([{ subject: option, line: 3 }]);
    expect(concerns[0]?.text).toContain(`${ends.join(' ')} is left out: ${reason}`);
  });

  it('is counted where there are more than a hundred', async () => {
    const lines = Array.from({ length: 130 }, (_, index) => `LocalForward ${2000 + index} a:80`);
    const { forwards, concerns } = await take(...lines);
    expect(forwards).toHaveLength(100);
    expect(concerns).toMatchObject([{ subject: 'LocalForward', line: 102 }]);
    expect(concerns[0]?.text).toBe('From here on, 30 forwards are left out: a profile can have at most 100.');
  });
});

describe('a Host that no profile can be made of', () => {
  it.each([
    {
      what: 'a command with a character that cannot be seen',
      text: 'Host web\n  ProxyCommand nc \u202e%h\n',
      message:
        '~/.ssh/config, line 2, ProxyCommand: A command cannot contain control or invisible characters.',
    },
    {
      what: 'a user name of more than 128 letters',
      text: `Host gate\n  User ${'x'.repeat(129)}\nHost web\n  ProxyJump gate\n`,
      message: '~/.ssh/config, line 2, User of the jump host gate: A user name can be at most 128 characters',
    },
  ])('is refused with its line, and a sentence: $what', async ({ text, message }) => {
    home.write(text);
    await expect(home.read('web')).rejects.toThrow(message);
  });
});
