import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Login } from '#shared/login.ts';
import { createClientKey } from '../support/client-keys.ts';
import { startDropbear } from '../support/dropbear.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { dynamicForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
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

const added = { ok: true, value: { outcome: 'added' } };
const present = { ok: true, value: { outcome: 'present' } };
const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe.each(servers)('a public key on %s', (_name, start) => {
  it('is added where nothing was, for the account alone, once', async () => {
    const server = await start();
    const folder = folderOf(server.account);
    await rm(folder, { recursive: true, force: true });
    const key = suite.use(await createClientKey({ comment: "ana's $(touch /tmp/never) `key` \\n %s" }));
    const { install } = await logIn(server);
    expect(await install(key.publicKeyLine)).toEqual(added);
    expect(await install(key.publicKeyLine)).toEqual(present);
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

  it('is known by type and key, whatever stands before and behind', async () => {
    const server = await start();
    const key = suite.use(await createClientKey());
    const [type = '', blob = ''] = key.publicKeyLine.split(' ');
    const { install } = await logIn(server);
    for (const [text, outcome] of [
      [`no-pty,from="10.0.0.1"\t${type}  ${blob} another name`, present],
      [`${type} ${blob}`, present],
      [`# ${type} ${blob}\n`, added],
      [`${type} ${blob}A\n`, added],
      [`ssh-rsa ${blob}\n`, added],
    ] as const) {
      await prepare(server.account, text);
      expect([text, await install(key.publicKeyLine)]).toEqual([text, outcome]);
    }
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
        message: expect.stringMatching(/did not add the key: .*Permission denied/i),
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
