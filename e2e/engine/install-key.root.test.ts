import { chmod, chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Login } from '#shared/login.ts';
import { createClientKey } from '../support/client-keys.ts';
import { startDropbear } from '../support/dropbear.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { mountSmallDisk, SMALL_DISK_BYTES } from '../support/small-disk.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import type { Sshd } from '../support/sshd.ts';
import type { ThrowawayAccount } from '../support/throwaway-account.ts';

const suite = engineSuite();

/** The real sshd, with the account's own file of keys, as it is usual. */
const sshd = (...extraConfig: readonly string[]) =>
  suite.sshd({
    authenticationMethods: 'password publickey',
    extraConfig: ['AuthorizedKeysFile .ssh/authorized_keys', ...extraConfig],
  });

async function dropbear() {
  const server = suite.use(await startDropbear());
  await suite.knowHosts(server.knownHosts());
  return server;
}

const servers = [
  ['OpenSSH', () => sshd()],
  ['dropbear', () => dropbear()],
] as const;

type Server = Pick<Sshd, 'host' | 'port' | 'user' | 'account'>;

async function logIn(server: Server, login: Login = { method: 'password' }) {
  const engine = suite.engine();
  const profile = testProfile(server, login, [dynamicForward(await findFreePort())]);
  await engine.start(profile);
  if (login.method === 'password') {
    const prompt = await engine.untilPrompt(profile, 'password');
    const secret = server.account.password ?? '';
    await engine.answer(profile, prompt.id, { kind: 'secret', secret, remember: false });
  }
  await engine.until(profile, 'open');
  return {
    install: (line: string) => engine.engine.handlers['publicKeys.install']({ id: profile.id, line }),
    engine,
    profile,
  };
}

/** The account's `.ssh` folder, which is not there unless it is made, and gone after the test. */
function folderOf({ home }: ThrowawayAccount): string {
  const folder = path.join(home, '.ssh');
  suite.use({ close: () => rm(folder, { recursive: true, force: true }) });
  return folder;
}

async function prepare(account: ThrowawayAccount, text: string): Promise<string> {
  const folder = folderOf(account);
  const file = path.join(folder, 'authorized_keys');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await writeFile(file, text);
  for (const each of [folder, file]) await chown(each, account.uid, account.gid);
  return file;
}

const added = { ok: true, value: { outcome: 'added', line: null, options: '', loose: [] } };
const present = (line: string, options = '') => ({
  ok: true,
  value: { outcome: 'present', line, options, loose: [] },
});
const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe.each(servers)('a public key on %s', (_name, start) => {
  it('is added where nothing was, for the account alone, once', async () => {
    const server = await start();
    const folder = folderOf(server.account);
    await rm(folder, { recursive: true, force: true });
    const key = suite.use(await createClientKey({ comment: "ana's $(touch /tmp/never) `key` \\n %s" }));
    const { install } = await logIn(server);
    expect(await install(key.publicKeyLine)).toEqual(added);
    expect(await install(key.publicKeyLine)).toEqual(present(key.publicKeyLine));
    const file = path.join(folder, 'authorized_keys');
    expect(await readFile(file, 'utf8')).toBe(`${key.publicKeyLine}\n`);
    expect([await modeOf(folder), await modeOf(file)]).toEqual(['700', '600']);
  });

  it('is put behind what was there, on a line of its own, and nothing else is changed', async () => {
    const server = await start();
    const before = '# mine\nssh-rsa AAAA old one\n\n  from="10.0.0.1" ssh-ed25519 BBBB';
    const file = await prepare(server.account, before);
    await chmod(file, 0o640);
    const key = suite.use(await createClientKey());
    const { install } = await logIn(server);
    expect(await install(key.publicKeyLine)).toEqual(added);
    expect(await readFile(file, 'utf8')).toBe(`${before}\n${key.publicKeyLine}\n`);
    expect(await modeOf(file)).toBe('640');
  });

  it('is known as sshd reads the lines, and shown with its options', async () => {
    const server = await start();
    const key = suite.use(await createClientKey());
    const [type = '', blob = ''] = key.publicKeyLine.split(' ');
    const { install } = await logIn(server);
    const options = 'no-pty,from="10.0.0.1",command="say no"';
    for (const [text, outcome] of [
      [
        `${options}\t${type}  ${blob} another name`,
        present(`${options} ${type} ${blob} another name`, options),
      ],
      [`${type} ${blob}`, present(`${type} ${blob}`)],
      [`# ${type} ${blob}\n`, added],
      [`${type} ${blob}A\n`, added],
      [`ssh-rsa ${blob}\n`, added],
      [`ssh-rsa AAAA was ${type} ${blob}\n`, added],
      [`cert-authority ${type} ${blob}\n`, added],
    ] as const) {
      await prepare(server.account, text);
      expect([text, await install(key.publicKeyLine)]).toEqual([text, outcome]);
    }
  });

  it('is put on a line of its own behind a file that ends with a NUL', async () => {
    const server = await start();
    const file = await prepare(server.account, 'ssh-rsa AAAA\0');
    const key = suite.use(await createClientKey());
    const { install } = await logIn(server);
    expect(await install(key.publicKeyLine)).toEqual(added);
    expect(await readFile(file, 'utf8')).toBe(`ssh-rsa AAAA\0\n${key.publicKeyLine}\n`);
  });

  it('that does not fit on the disk leaves everything as it was', async () => {
    const server = await start();
    const key = suite.use(await createClientKey());
    const { install } = await logIn(server);
    const folder = folderOf(server.account);
    await rm(folder, { recursive: true, force: true });
    suite.use(await mountSmallDisk(folder, server.account));
    const file = path.join(folder, 'authorized_keys');
    const filler = path.join(folder, 'filler');
    const full = {
      ok: false,
      error: {
        message: expect.stringMatching(
          /cannot be written there \((I\/O error\); perhaps its disk is full|No space left on device\))\.$/,
        ),
      },
    };
    await writeFile(filler, Buffer.alloc(SMALL_DISK_BYTES));
    expect(await install(key.publicKeyLine)).toMatchObject(full);
    expect(await readdir(folder)).toEqual(['filler']);
    await rm(filler);
    // A part of the line fits.
    const before = `# mine\n${'#'.repeat(SMALL_DISK_BYTES - 60)}`;
    await writeFile(file, before);
    await chown(file, server.account.uid, server.account.gid);
    expect(await install(key.publicKeyLine)).toMatchObject(full);
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('says which modes sshd may pass it over for', async () => {
    const server = await start();
    const file = await prepare(server.account, '');
    await chmod(path.dirname(file), 0o777);
    await chmod(file, 0o660);
    const key = suite.use(await createClientKey());
    const { install } = await logIn(server);
    const loose = [
      { place: '~/.ssh', why: 'othersMayWrite' },
      { place: '~/.ssh/authorized_keys', why: 'groupMayWrite' },
    ];
    expect(await install(key.publicKeyLine)).toMatchObject({ value: { outcome: 'added', loose } });
    await chown(file, 12_345, server.account.gid);
    await chmod(file, 0o644);
    expect(await install(key.publicKeyLine)).toMatchObject({
      value: { outcome: 'present', loose: [loose[0], { place: '~/.ssh/authorized_keys', why: 'notOwner' }] },
    });
  });

  it('that cannot be added is said with the reason, and nothing is lost', async () => {
    const server = await start();
    const file = await prepare(server.account, 'ssh-rsa AAAA theirs\n');
    await chown(file, 0, 0);
    await chmod(file, 0o644);
    const key = suite.use(await createClientKey());
    const { install } = await logIn(server);
    expect(await install(key.publicKeyLine)).toMatchObject({
      ok: false,
      error: {
        code: 'unavailable',
        message:
          'The server did not add the key: ~/.ssh/authorized_keys cannot be written there (Permission denied).',
      },
    });
    expect(await readFile(file, 'utf8')).toBe('ssh-rsa AAAA theirs\n');
  });
});

it('logs in with the key from then on', async () => {
  const server = await sshd();
  folderOf(server.account);
  const key = suite.use(await createClientKey());
  const { install } = await logIn(server);
  expect(await install(key.publicKeyLine)).toEqual(added);
  await logIn(server, keyFile({ identityFile: key.path }));
});

it('says that the server runs something else, and that the tunnel is not open', async () => {
  const server = await sshd('ForceCommand echo only this');
  const key = suite.use(await createClientKey());
  const { install, engine, profile } = await logIn(server);
  expect(await install(key.publicKeyLine)).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('something else in place of commands (only this)') },
  });
  await engine.stop(profile);
  expect(await install(key.publicKeyLine)).toMatchObject({ ok: false, error: { code: 'notNow' } });
});

it.each([
  ['says nothing', 'ForceCommand /bin/false', /in place of commands, which says nothing\.$/],
  [
    'is a restricted shell',
    'ForceCommand bash -r -c "$SSH_ORIGINAL_COMMAND"',
    /shell is restricted for this account \(.*restricted.*\)\.$/,
  ],
])('names what runs in place of commands and %s', async (_case, line, words) => {
  const server = await sshd(line);
  const key = suite.use(await createClientKey());
  const { install } = await logIn(server);
  expect(await install(key.publicKeyLine)).toMatchObject({
    ok: false,
    error: { message: expect.stringMatching(words) },
  });
});

it('offers the keys of ~/.ssh and of the agent, each once, and no certificate', async () => {
  const [inFile, inBoth, inAgent] = await Promise.all(
    ['file', 'both', 'agent'].map(async (comment) => suite.use(await createClientKey({ comment }))),
  );
  if (!inFile || !inBoth || !inAgent) throw new Error('Three keys.');
  const agent = suite.use(await startSshAgent({ keys: [inBoth, inAgent] }));
  const folder = path.join(suite.home(), '.ssh');
  const files = {
    'a.pub': inFile.publicKeyLine,
    'b.pub': inBoth.publicKeyLine,
    'c.pub': 'no key',
    'd.pub': '',
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await writeFile(file, `${text}\n`);
    suite.use({ close: () => rm(file) });
  }
  const { handlers } = suite.engine().engine;
  const listed = await handlers['publicKeys.list']({ socket: agent.socketPath });
  if (!listed.ok) throw new Error(listed.error.message);
  expect(listed.value.keys.map(({ line, file }) => [line, file && path.basename(file)])).toEqual([
    [inFile.publicKeyLine, 'a.pub'],
    [inBoth.publicKeyLine, 'b.pub'],
    [inAgent.publicKeyLine, null],
  ]);
});
