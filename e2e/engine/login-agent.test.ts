import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AgentKeyChoice, Login } from '#shared/login.ts';
import { type ClientKey, type ClientKeyOptions, createClientKey } from '../support/client-keys.ts';
import { engineSuite, type TunnelServer } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import { startGnomeKeyringAgent } from '../support/gnome-keyring-agent.ts';
import { runProgram } from '../support/programs.ts';
import { type SecurityKeyType, startSecurityKeyAgent } from '../support/security-key-agent.ts';
import { startSshAgent } from '../support/ssh-agent.ts';

const suite = engineSuite();

async function createKey(options: ClientKeyOptions = {}): Promise<ClientKey> {
  return suite.use(await createClientKey({ kdfRounds: 1, ...options }));
}

function createKeys(count: number): Promise<readonly ClientKey[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => createKey({ comment: `key ${index + 1}` })));
}

const useAgent = async (keys: readonly ClientKey[]) => suite.use(await startSshAgent({ keys }));

function setVariable(name: string, value: string): void {
  process.env[name] = value;
  suite.use({
    close: async () => {
      delete process.env[name];
    },
  });
}

function choiceOf({ publicKeyLine }: { readonly publicKeyLine: string }): AgentKeyChoice {
  const [type = '', publicKey = '', ...comment] = publicKeyLine.split(' ');
  return { type, publicKey, comment: comment.join(' ') };
}

async function logIn(server: Omit<TunnelServer, 'identityFile'>, login: Login) {
  const engine = suite.engine();
  const profile = testProfile(server, login, [
    localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
  ]);
  await engine.start(profile);
  return { engine, profile };
}

async function untilOpen(server: Omit<TunnelServer, 'identityFile'>, login: Login): Promise<void> {
  const { engine, profile } = await logIn(server, login);
  await engine.until(profile, 'open');
}

async function untilFailed(server: Omit<TunnelServer, 'identityFile'>, login: Login) {
  const { engine, profile } = await logIn(server, login);
  return (await engine.until(profile, 'failed')).error;
}

const fingerprintsIn = (log: string) => new Set(log.match(/SHA256:[\w+/]{43}/g));

describe('one key of an agent', () => {
  it('is the only one that is offered, wherever it stands among eight, to a server that bears two', async () => {
    const keys = await createKeys(8);
    const chosen = keys[7] as ClientKey;
    const agent = await useAgent(keys);
    const sshd = await suite.sshd({ authorizedKeys: [chosen.publicKeyLine], maxAuthTries: 2 });
    setVariable('SSH_AUTH_SOCK', agent.socketPath);
    await untilOpen(sshd, { method: 'agent', key: choiceOf(chosen) });
    expect(fingerprintsIn(sshd.log())).toEqual(new Set([chosen.fingerprint]));
  });

  it('that the agent does not hold is named before the server hears of any', async () => {
    const [held, chosen] = (await createKeys(2)) as [ClientKey, ClientKey];
    const agent = await useAgent([held]);
    const sshd = await suite.sshd({ authorizedKeys: [held.publicKeyLine] });
    const login = { method: 'agent', socket: agent.socketPath, key: choiceOf(chosen) } as const;
    const missing = {
      code: 'agentKeyMissing',
      socket: agent.socketPath,
      comment: 'key 2',
      fingerprint: chosen.fingerprint,
    };
    expect(await untilFailed(sshd, login)).toEqual(missing);
    expect(fingerprintsIn(sshd.log())).toEqual(new Set());
    await agent.removeAll();
    expect(await untilFailed(sshd, login)).toEqual(missing);
  });

  it('that the server does not want ends the login, with no other tried', async () => {
    const [wanted, chosen] = (await createKeys(2)) as [ClientKey, ClientKey];
    const agent = await useAgent([wanted, chosen]);
    const sshd = await suite.sshd({ authorizedKeys: [wanted.publicKeyLine] });
    const login = { method: 'agent', socket: agent.socketPath, key: choiceOf(chosen) } as const;
    expect(await untilFailed(sshd, login)).toMatchObject({
      code: 'loginRefused',
      tried: ['agent key key 2'],
    });
  });
});

describe('another agent than the usual one', () => {
  it('is found by its path, from home, and by a variable, and the usual one is left alone', async () => {
    const [mine, other] = (await createKeys(2)) as [ClientKey, ClientKey];
    const agent = await useAgent([mine]);
    const usual = await useAgent([other]);
    setVariable('SSH_AUTH_SOCK', usual.socketPath);
    setVariable('CULVERT_TEST_AGENT', agent.socketPath);
    setVariable('CULVERT_TEST_FOLDER', path.dirname(agent.socketPath));
    const link = path.join(suite.home(), 'agent.sock');
    await symlink(agent.socketPath, link);
    suite.use({ close: () => rm(link) });
    const sshd = await suite.sshd({ authorizedKeys: [mine.publicKeyLine] });
    for (const socket of [
      agent.socketPath,
      '~/agent.sock',
      '$CULVERT_TEST_AGENT',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how ssh_config writes it
      '${CULVERT_TEST_FOLDER}/socket',
    ]) {
      await untilOpen(sshd, { method: 'agent', socket });
    }
    expect(fingerprintsIn(sshd.log())).toEqual(new Set([mine.fingerprint]));
    expect(await untilFailed(sshd, { method: 'agent', socket: 'SSH_AUTH_SOCK' })).toMatchObject({
      code: 'loginRefused',
      tried: ['agent key key 2'],
    });
  });

  it('can be gnome-keyring’s', async () => {
    const key = await createKey({ comment: 'in the keyring' });
    const agent = suite.use(await startGnomeKeyringAgent(key));
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    const login = { method: 'agent', socket: agent.socketPath } as const;
    await untilOpen(sshd, { ...login, key: choiceOf(key) });
    const { handlers } = suite.engine().engine;
    expect(await handlers['agent.keys']({ socket: agent.socketPath })).toEqual({
      ok: true,
      value: { keys: [{ ...choiceOf(key), fingerprint: key.fingerprint }] },
    });
  });

  it('that is nowhere is named', async () => {
    const sshd = await suite.sshd();
    const unavailable = { code: 'agentUnavailable', socket: null };
    const failure = (socket?: string) =>
      untilFailed(sshd, { method: 'agent', ...(socket !== undefined && { socket }) });
    expect(await failure()).toEqual(unavailable);
    expect(await failure('none')).toEqual({ ...unavailable, wanted: 'none' });
    expect(await failure('$CULVERT_TEST_NOTHING')).toEqual({
      ...unavailable,
      wanted: '$CULVERT_TEST_NOTHING',
    });
    const socket = path.join(suite.home(), 'nobody');
    expect(await failure('~/nobody')).toEqual({ code: 'agentUnavailable', socket });
  });
});

it('an agent that is empty or gone while a tunnel reconnects is waited for', async () => {
  const key = await createKey();
  const agent = await useAgent([key]);
  const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
  const { engine, profile } = await logIn(sshd, { method: 'agent', socket: agent.socketPath });
  await engine.until(profile, 'open');
  await agent.removeAll();
  await sshd.restart();
  const empty = await engine.untilState(
    profile,
    (state) => state.status === 'waiting' && state.error.code === 'agentHasNoKeys',
  );
  expect(empty.status).toBe('waiting');
  await agent.add(key);
  await engine.until(profile, 'open');
  await agent.removeAll();
  expect(await untilFailed(sshd, { method: 'agent', socket: agent.socketPath })).toMatchObject({
    code: 'agentHasNoKeys',
  });
});

it('an agent that lists a key and does not sign is named, and not asked again and again', async () => {
  const key = await createKey({ comment: 'mine' });
  const agent = await useAgent([]);
  const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
  // Each signature needs a yes in a window that this machine cannot open.
  await runProgram('ssh-add', ['-q', '-c', key.path], { env: { SSH_AUTH_SOCK: agent.socketPath } });
  const error = { code: 'agentRefused', key: 'agent key mine' };
  expect(await untilFailed(sshd, { method: 'agent', socket: agent.socketPath })).toMatchObject(error);
});

/** A folder with a certificate authority, and what a server needs to trust it. */
async function createAuthority() {
  const folder = await mkdtemp(path.join(tmpdir(), 'culvert-test-ca-'));
  suite.use({ close: () => rm(folder, { recursive: true }) });
  const authority = path.join(folder, 'ca');
  await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authority]);
  return {
    trusted: `TrustedUserCAKeys ${authority}.pub`,
    /** Writes `<key>-cert.pub` beside the key. */
    certify: (keyFile: string, user: string, ...options: readonly string[]) =>
      runProgram('ssh-keygen', [
        '-q',
        '-s',
        authority,
        '-I',
        'test',
        '-n',
        user,
        ...options,
        `${keyFile}.pub`,
      ]),
  };
}

const certificateTypes = [{ type: 'ed25519' }, { type: 'rsa' }, { type: 'ecdsa' }] as const;

describe('a certificate', () => {
  it.each(certificateTypes)(
    'of an agent’s $type key logs in where only the authority is known',
    async (form) => {
      const authority = await createAuthority();
      const key = await createKey(form);
      const sshd = await suite.sshd({ extraConfig: [authority.trusted] });
      await authority.certify(key.path, sshd.user);
      const agent = await useAgent([key]);
      await untilOpen(sshd, { method: 'agent', socket: agent.socketPath });
      expect(sshd.log()).toMatch(/Accepted publickey .*-CERT/);
    },
  );

  it.each(certificateTypes)('beside a $type key file is found', async (form) => {
    const authority = await createAuthority();
    const key = await createKey({ ...form, passphrase: 'sesame' });
    const sshd = await suite.sshd({ extraConfig: [authority.trusted] });
    await authority.certify(key.path, sshd.user);
    const { engine, profile } = await logIn(sshd, { method: 'keyFile', keyFile: key.path });
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'sesame', remember: false });
    await engine.until(profile, 'open');
    expect(sshd.log()).toMatch(/Accepted publickey .*-CERT/);
  });

  it('that has run out leaves the plain key', async () => {
    const authority = await createAuthority();
    const key = await createKey();
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine], extraConfig: [authority.trusted] });
    await authority.certify(key.path, sshd.user, '-V', '20200101:20200102');
    await untilOpen(sshd, { method: 'keyFile', keyFile: key.path });
    expect(sshd.log()).toMatch(/Accepted publickey .* ED25519 SHA256/);
  });

  it('of another key, or a broken one, is not offered', async () => {
    const authority = await createAuthority();
    const [key, other] = (await createKeys(2)) as [ClientKey, ClientKey];
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine], extraConfig: [authority.trusted] });
    await authority.certify(other.path, sshd.user);
    for (const text of [await readFile(`${other.path}-cert.pub`), 'ssh-ed25519-cert-v01@openssh.com AAAA']) {
      await writeFile(`${key.path}-cert.pub`, text);
      await untilOpen(sshd, { method: 'keyFile', keyFile: key.path });
    }
    expect(sshd.log()).not.toMatch(/CERT/);
  });
});

describe('a certificate that lets nobody in', () => {
  it.each([
    ['has run out', ['-V', '20200101000000Z:20200102000000Z'], { why: 'expired', at: Date.UTC(2020, 0, 2) }],
    [
      'is not valid yet',
      ['-V', '29990101000000Z:29990102000000Z'],
      { why: 'notYetValid', at: Date.UTC(2999, 0, 1) },
    ],
    ['is for servers', ['-h'], { why: 'hostCertificate' }],
    ['is for somebody else', ['-n', 'ops,web'], { why: 'otherNames', names: ['ops', 'web'] }],
  ])('because it %s is named, from a file and from an agent', async (_why, options, flaw) => {
    const authority = await createAuthority();
    const key = await createKey({ comment: 'mine' });
    const sshd = await suite.sshd({ extraConfig: [authority.trusted] });
    await authority.certify(key.path, sshd.user, ...options);
    const inFile = { ...flaw, label: `${key.path}-cert.pub` };
    expect(await untilFailed(sshd, { method: 'keyFile', keyFile: key.path })).toMatchObject({
      code: 'loginRefused',
      certificate: inFile,
    });
    const agent = await useAgent([key]);
    expect(await untilFailed(sshd, { method: 'agent', socket: agent.socketPath })).toMatchObject({
      code: 'loginRefused',
      certificate: { ...flaw, label: 'agent certificate mine' },
    });
    const offersIt = sshd.log().includes('-CERT');
    expect(offersIt).toBe(flaw.why !== 'hostCertificate');
  });
});

describe('a FIDO key', () => {
  it.each<SecurityKeyType>(['sk-ssh-ed25519@openssh.com', 'sk-ecdsa-sha2-nistp256@openssh.com'])(
    'of type %s logs in when the agent signs with it',
    async (type) => {
      const agent = suite.use(await startSecurityKeyAgent(type));
      const sshd = await suite.sshd({ authorizedKeys: [agent.publicKeyLine] });
      await untilOpen(sshd, { method: 'agent', socket: agent.socketPath });
      await untilOpen(sshd, { method: 'agent', socket: agent.socketPath, key: choiceOf(agent) });
      expect(agent.signatures()).toBe(2);
    },
  );

  it('whose file is named is signed for by the agent, or named before the server hears of it', async () => {
    const agent = suite.use(await startSecurityKeyAgent('sk-ssh-ed25519@openssh.com'));
    const sshd = await suite.sshd({ authorizedKeys: [agent.publicKeyLine] });
    const keyFile = path.join(suite.home(), 'id_ed25519_sk');
    await writeFile(keyFile, securityKeyFile(choiceOf(agent).publicKey), { mode: 0o600 });
    expect(await untilFailed(sshd, { method: 'keyFile', keyFile })).toEqual({
      code: 'keyFileUnsupported',
      file: keyFile,
      format: 'securityKey',
    });
    expect(fingerprintsIn(sshd.log())).toEqual(new Set());
    setVariable('SSH_AUTH_SOCK', agent.socketPath);
    await untilOpen(sshd, { method: 'keyFile', keyFile });
  });
});

/** The file that `ssh-keygen -t ed25519-sk` writes (OpenSSH, PROTOCOL.key); the handle inside is never looked at. */
function securityKeyFile(publicKey: string): string {
  const field = (content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
  };
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map((text) => field(Buffer.from(text))),
    Buffer.from([0, 0, 0, 1]),
    field(Buffer.from(publicKey, 'base64')),
    field(Buffer.alloc(64, 7)),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
