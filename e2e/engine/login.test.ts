import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { Login } from '#shared/login.ts';
import type { Prompt } from '#shared/prompt.ts';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { type ClientKey, type ClientKeyOptions, createClientKey } from '../support/client-keys.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { knownHostsLines } from '../support/host-keys.ts';
import { startKeyboardInteractiveServer } from '../support/keyboard-interactive-server.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const suite = engineSuite();

async function createKey(options: ClientKeyOptions = {}): Promise<ClientKey> {
  return suite.use(await createClientKey({ kdfRounds: 1, ...options }));
}

async function createKeys(count: number): Promise<readonly ClientKey[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => createKey({ comment: `key ${index + 1}` })));
}

/** An sshd that lets in whoever holds one of these keys. */
function sshdFor(...keys: readonly ClientKey[]) {
  return suite.sshd({ authorizedKeys: keys.map(({ publicKeyLine }) => publicKeyLine) });
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly user: string;
}

async function logIn(server: Address, login: Login, engine = suite.engine()) {
  const profile = testProfile(server, login, [
    localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
  ]);
  await engine.start(profile);
  return { engine, profile };
}

const withFile = (keyFile: string): Login => ({ method: 'keyFile', keyFile });

/** Every question that a tunnel asked, each once. */
function promptsOf(engine: EngineUnderTest, id: string): readonly Prompt[] {
  const prompts = (engine.history.get(id) ?? []).flatMap(({ state }) =>
    state.status === 'needsUser' ? [state.prompt] : [],
  );
  return prompts.filter((prompt, index) => prompts.findIndex((each) => each.id === prompt.id) === index);
}

async function useAgent(keys: readonly ClientKey[]) {
  const agent = suite.use(await startSshAgent({ keys }));
  process.env.SSH_AUTH_SOCK = agent.socketPath;
  suite.use({
    close: async () => {
      delete process.env.SSH_AUTH_SOCK;
    },
  });
  return agent;
}

/** Puts a key where `Automatic` looks for it, for one test. */
async function installKey(key: ClientKey, options: { readonly withPublicHalf?: boolean } = {}) {
  const file = path.join(suite.home(), '.ssh', `id_${key.type}`);
  await copyFile(key.path, file);
  if (options.withPublicHalf ?? true) await copyFile(key.publicKeyPath, `${file}.pub`);
  suite.use({
    close: async () => {
      await rm(file);
      await rm(`${file}.pub`, { force: true });
    },
  });
  return file;
}

function timesIn(log: string, pattern: RegExp): number {
  return log.match(new RegExp(pattern, 'g'))?.length ?? 0;
}

const forms = [
  { type: 'ed25519', format: 'openssh' },
  { type: 'rsa', format: 'openssh' },
  { type: 'ecdsa', format: 'openssh' },
  { type: 'rsa', format: 'pem' },
  { type: 'ecdsa', format: 'pem' },
  { type: 'rsa', format: 'pkcs8' },
  { type: 'ecdsa', format: 'pkcs8' },
] as const;

describe('a key file', () => {
  it.each(forms)('of type $type in the form $format logs in', async (form) => {
    const key = await createKey(form);
    const sshd = await sshdFor(key);
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    await engine.until(profile, 'open');
    expect(promptsOf(engine, profile.id)).toEqual([]);
  });

  it.each(forms)('of type $type in the form $format asks for its passphrase once', async (form) => {
    const key = await createKey({ ...form, passphrase: 'open sesame' });
    const sshd = await sshdFor(key);
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    expect(prompt).toMatchObject({ keyFile: key.path, attempt: 1, host: sshd.host, port: sshd.port });
    await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'open sesame', remember: false });
    await engine.until(profile, 'open');
    expect(engine.accepted).toEqual([{ kind: 'passphrase', keyFile: key.path }]);

    // What main remembers from now on serves the next session, without a word.
    engine.remembered.set(secretSlotKey({ kind: 'passphrase', keyFile: key.path }), 'open sesame');
    await sshd.dropSessions();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    expect(promptsOf(engine, profile.id)).toHaveLength(1);
  });

  it('that stands alone, encrypted as PEM, asks as well', async () => {
    const key = await createKey({ type: 'rsa', format: 'pem', passphrase: 'alone' });
    await rm(key.publicKeyPath);
    const sshd = await sshdFor(key);
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'alone', remember: false });
    await engine.until(profile, 'open');
  });

  it('asks for no passphrase when the server does not want the key', async () => {
    const key = await createKey({ passphrase: 'never asked' });
    const sshd = await sshdFor();
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'loginRefused',
      host: sshd.host,
      port: sshd.port,
      user: sshd.user,
      tried: [key.path],
      serverAccepts: ['publickey'],
    });
    expect(promptsOf(engine, profile.id)).toEqual([]);
  });

  it('asks again after a wrong passphrase, three times in all', async () => {
    const key = await createKey({ passphrase: 'right' });
    const sshd = await sshdFor(key);
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    for (const [index, secret] of ['wrong', '', 'right'].entries()) {
      const prompt = await engine.untilPrompt(profile, 'passphrase');
      expect(prompt.attempt).toBe(index + 1);
      await engine.answer(profile, prompt.id, { kind: 'secret', secret, remember: false });
    }
    await engine.until(profile, 'open');
  });

  it('gives up after three wrong passphrases, and asks anew on the next start', async () => {
    const key = await createKey({ passphrase: 'right' });
    const slot = { kind: 'passphrase', keyFile: key.path } as const;
    const sshd = await sshdFor(key);
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey(slot), 'of old');
    const { profile } = await logIn(sshd, withFile(key.path), engine);
    for (const attempt of [2, 3]) {
      const prompt = await engine.untilPrompt(profile, 'passphrase');
      expect(prompt.attempt).toBe(attempt);
      await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'wrong', remember: true });
    }
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'secretRefused',
      host: sshd.host,
      port: sshd.port,
      user: sshd.user,
      what: 'passphrase',
      tries: 3,
    });
    expect(engine.refused[0]).toEqual(slot);
    await engine.start(profile);
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    expect(prompt.attempt).toBe(1);
    await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'right', remember: false });
    await engine.until(profile, 'open');
  });

  it('is looked for in the home folder behind a tilde', async () => {
    const key = await createKey();
    const sshd = await sshdFor(key);
    await installKey(key);
    const { engine, profile } = await logIn(sshd, withFile('~/.ssh/id_ed25519'));
    await engine.until(profile, 'open');
  });

  it('that is missing, foreign or no key is named, and nothing is retried', async () => {
    const key = await createKey();
    const foreign = path.join(suite.home(), 'foreign');
    // A key for agreeing on secrets, which signs nothing.
    await writeFile(
      foreign,
      generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    const sshd = await sshdFor();
    const missing = path.join(suite.home(), 'no-such-key');
    const cases = [
      [missing, { code: 'keyFileMissing', file: missing }],
      [foreign, { code: 'keyFileUnsupported', file: foreign, format: 'pkcs8' }],
      [key.publicKeyPath, { code: 'keyFileUnsupported', file: key.publicKeyPath, format: 'publicKey' }],
      [suite.home(), { code: 'keyFileUnreadable', file: suite.home(), cause: 'EISDIR' }],
    ] as const;
    for (const [file, error] of cases) {
      const { engine, profile } = await logIn(sshd, withFile(file));
      expect((await engine.until(profile, 'failed')).error).toEqual(error);
      expect(engine.history.get(profile.id)?.some(({ state }) => state.status === 'waiting')).toBe(false);
    }
  });

  it('stops the tunnel when its passphrase is not given', async () => {
    const key = await createKey({ passphrase: 'secret' });
    const sshd = await sshdFor(key);
    const { engine, profile } = await logIn(sshd, withFile(key.path));
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    expect(await engine.answer(profile, prompt.id, { kind: 'trust' })).toBe(false);
    expect(await engine.answer(profile, 'another prompt', { kind: 'cancel' })).toBe(false);
    expect(await engine.answer(profile, prompt.id, { kind: 'cancel' })).toBe(true);
    expect((await engine.until(profile, 'failed')).error.code).toBe('loginCancelled');
  });
});

describe('the agent', () => {
  it('logs in with its key', async () => {
    const key = await createKey({ passphrase: 'the agent knows it' });
    const sshd = await sshdFor(key);
    await useAgent([key]);
    const { engine, profile } = await logIn(sshd, { method: 'agent' });
    await engine.until(profile, 'open');
    expect(promptsOf(engine, profile.id)).toEqual([]);
  });

  it.each(['rsa', 'ecdsa'] as const)('logs in with a key of type %s', async (type) => {
    const key = await createKey({ type });
    const sshd = await sshdFor(key);
    await useAgent([key]);
    const { engine, profile } = await logIn(sshd, { method: 'agent' });
    await engine.until(profile, 'open');
  });

  it('with eight keys logs in with the third', async () => {
    const keys = await createKeys(8);
    const sshd = await sshdFor(...keys.slice(2, 3));
    await useAgent(keys);
    const { engine, profile } = await logIn(sshd, { method: 'agent' });
    await engine.until(profile, 'open');
  });

  it('with eight wrong keys is refused with their names, before the server hangs up', async () => {
    const keys = await createKeys(8);
    const sshd = await sshdFor();
    await useAgent(keys);
    const { engine, profile } = await logIn(sshd, { method: 'agent' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'loginRefused',
      tried: [1, 2, 3, 4, 5].map((index) => `agent key key ${index}`),
      agentKeysLeft: 3,
    });
    const automatic = await logIn(sshd, { method: 'automatic', afterKeys: 'fail' });
    expect((await automatic.engine.until(automatic.profile, 'failed')).error).toMatchObject({
      code: 'loginRefused',
      agentKeysLeft: 3,
    });
    expect(sshd.log()).not.toMatch(/Too many authentication failures/i);
  });

  it('that does not sign with one key is asked for the next', async () => {
    const [unwilling, willing] = await createKeys(2);
    if (!unwilling || !willing) throw new Error('two keys');
    const sshd = await sshdFor(unwilling, willing);
    const agent = await useAgent([]);
    // Each signature needs a yes in a window that this machine cannot open.
    const env = { ...process.env, SSH_AUTH_SOCK: agent.socketPath };
    await promisify(execFile)('ssh-add', ['-q', '-c', unwilling.path], { env });
    await agent.add(willing);
    const { engine, profile } = await logIn(sshd, { method: 'agent' });
    await engine.until(profile, 'open');
    await eventually(() => expect(sshd.log()).toContain(willing.fingerprint));
  });

  it('that is empty, dead or absent is named', async () => {
    const sshd = await sshdFor();
    const absent = await logIn(sshd, { method: 'agent' });
    expect((await absent.engine.until(absent.profile, 'failed')).error).toEqual({
      code: 'agentUnavailable',
      socket: null,
    });
    const agent = await useAgent([]);
    const empty = await logIn(sshd, { method: 'agent' });
    expect((await empty.engine.until(empty.profile, 'failed')).error).toEqual({
      code: 'agentHasNoKeys',
      socket: agent.socketPath,
    });
    await agent.close();
    const dead = await logIn(sshd, { method: 'agent' });
    expect((await dead.engine.until(dead.profile, 'failed')).error).toEqual({
      code: 'agentUnavailable',
      socket: agent.socketPath,
    });
  });
});

describe('an automatic login', () => {
  it('takes the agent before any file', async () => {
    const [held, lying] = await createKeys(2);
    if (!held || !lying) throw new Error('two keys');
    const sshd = await sshdFor(held, lying);
    await useAgent([held]);
    await installKey(lying);
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    await engine.until(profile, 'open');
    const accepted = new RegExp(`Accepted publickey .*${escaped(held.fingerprint)}`);
    await eventually(() => expect(sshd.log()).toMatch(accepted));
  });

  it.each(['ed25519', 'ecdsa', 'rsa'] as const)('finds the usual key file of type %s', async (type) => {
    const key = await createKey({ type });
    const sshd = await sshdFor(key);
    await installKey(key);
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    await engine.until(profile, 'open');
  });

  it('passes over keys that the server does not want, without asking for their passphrases', async () => {
    const [wanted, strange] = [await createKey({ type: 'rsa' }), await createKey({ passphrase: 'never' })];
    const sshd = await sshdFor(wanted);
    await useAgent(await createKeys(2));
    await installKey(strange);
    await installKey(wanted);
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    await engine.until(profile, 'open');
    expect(promptsOf(engine, profile.id)).toEqual([]);
  });

  it('does not open files while the agent has the right key', async () => {
    const held = await createKey();
    const closed = await createKey({ type: 'rsa', format: 'pem', passphrase: 'must be asked for at once' });
    const sshd = await sshdFor(held);
    await useAgent([held]);
    await installKey(closed, { withPublicHalf: false });
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    await engine.until(profile, 'open');
    expect(promptsOf(engine, profile.id)).toEqual([]);
  });

  it('asks for the passphrase of a usual key that the server wants', async () => {
    const key = await createKey({ passphrase: 'usual' });
    const sshd = await sshdFor(key);
    const file = await installKey(key);
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    const prompt = await engine.untilPrompt(profile, 'passphrase');
    expect(prompt.keyFile).toBe(file);
    await engine.answer(profile, prompt.id, { kind: 'secret', secret: 'usual', remember: false });
    await engine.until(profile, 'open');
  });

  it('lets the server ask when there are no keys', async () => {
    const server = await questioner([{ prompts: [{ prompt: 'Colour?', echo: true }], answers: ['green'] }]);
    const { engine, profile } = await logIn(server, { method: 'automatic' });
    const prompt = await engine.untilPrompt(profile, 'questions');
    await engine.answer(profile, prompt.id, { kind: 'answers', answers: ['green'] });
    await engine.until(profile, 'open');
  });

  it('says what it tried when nothing is left', async () => {
    const sshd = await sshdFor();
    await useAgent(await createKeys(1));
    const { engine, profile } = await logIn(sshd, { method: 'automatic' });
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'loginRefused',
      tried: ['agent key key 1'],
      serverAccepts: ['publickey'],
    });
  });
});

type Rounds = Parameters<typeof startKeyboardInteractiveServer>[0];

async function questioner(rounds: Rounds) {
  const server = suite.use(await startKeyboardInteractiveServer(rounds));
  await suite.knowHosts(server.knownHosts());
  return server;
}

describe('a server that asks', () => {
  it('has all its rounds answered, with names, texts and several questions at once', async () => {
    const server = await questioner([
      {
        name: 'Round one',
        instructions: 'Two things, please.\nBoth matter.',
        prompts: [
          { prompt: 'Name: ', echo: true },
          { prompt: 'PIN: ', echo: false },
        ],
        answers: ['Ada', '1234'],
      },
      { instructions: 'Nothing to ask here.', prompts: [], answers: [] },
      { prompts: [{ prompt: 'Last \u001b[31mred\u001b[0m\u202e question?', echo: true }], answers: ['yes'] },
    ]);
    const { engine, profile } = await logIn(server, { method: 'ask' });
    const first = await engine.untilPrompt(profile, 'questions');
    expect(first).toMatchObject({
      user: server.user,
      title: 'Round one',
      instructions: 'Two things, please.\nBoth matter.',
      questions: [
        { text: 'Name:', echo: true },
        { text: 'PIN:', echo: false },
      ],
      attempt: 1,
    });
    expect(await engine.answer(profile, first.id, { kind: 'answers', answers: ['only one'] })).toBe(false);
    await engine.answer(profile, first.id, { kind: 'answers', answers: ['Ada', '1234'] });
    const second = await engine.untilPrompt(profile, 'questions');
    expect(second.questions).toEqual([{ text: 'Last red question?', echo: true }]);
    await engine.answer(profile, second.id, { kind: 'answers', answers: ['yes'] });
    await engine.until(profile, 'open');
    expect(server.logins()).toBe(1);
  });

  it('waits for an answer as long as it takes', async () => {
    const server = await questioner([{ prompts: [{ prompt: 'Code?', echo: false }], answers: ['4711'] }]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { engine, profile } = await logIn(server, { method: 'ask' });
      const prompt = await engine.untilPrompt(profile, 'questions');
      // No limit of time runs meanwhile; ssh2's own for a whole login is 20 s.
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(engine.snapshot(profile.id).state).toMatchObject({ status: 'needsUser', sessionLives: true });
      await engine.answer(profile, prompt.id, { kind: 'answers', answers: ['4711'] });
      await engine.until(profile, 'open');
    } finally {
      vi.useRealTimers();
    }
    expect(server.logins()).toBe(1);
  });

  it('asks again after a wrong answer, three times in all', async () => {
    const server = await questioner([{ prompts: [{ prompt: 'Colour?', echo: true }], answers: ['green'] }]);
    const { engine, profile } = await logIn(server, { method: 'ask' });
    for (const attempt of [1, 2, 3]) {
      const prompt = await engine.untilPrompt(profile, 'questions');
      expect(prompt.attempt).toBe(attempt);
      await engine.answer(profile, prompt.id, { kind: 'answers', answers: ['red'] });
    }
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'secretRefused',
      what: 'answer',
      tries: 3,
    });
    expect(server.logins()).toBe(0);
  });

  it('keeps its question when it hangs up meanwhile, and asks it anew on a new session', async () => {
    const server = await questioner([{ prompts: [{ prompt: 'Code?', echo: false }], answers: ['4711'] }]);
    const line = suite.use(await startTcpProxy({ to: server }));
    await suite.knowHosts(knownHostsLines(line.host, line.port, server.hostKeys));
    const address = { host: line.host, port: line.port, user: server.user };
    const { engine, profile } = await logIn(address, { method: 'ask' });
    const first = await engine.untilPrompt(profile, 'questions');
    line.finish();
    await engine.untilState(profile, (state) => state.status === 'needsUser' && !state.sessionLives);
    expect(await engine.untilPrompt(profile, 'questions')).toEqual(first);
    await engine.answer(profile, first.id, { kind: 'answers', answers: ['4711'] });
    // The code may be spent: it is not sent, but asked for again.
    const second = await engine.untilPrompt(profile, 'questions');
    expect(second.id).not.toBe(first.id);
    expect(second.attempt).toBe(1);
    expect(server.logins()).toBe(0);
    await engine.answer(profile, second.id, { kind: 'answers', answers: ['4711'] });
    await engine.until(profile, 'open');
  });
});

describe('a login check', () => {
  it('logs in without opening a forward, and gives up at the first failure', async () => {
    const key = await createKey();
    const sshd = await sshdFor(key);
    const engine = suite.engine();
    const profile = testProfile(sshd, withFile(key.path), [
      localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
    ]);
    const check = { ...profile, id: 'check' };
    await engine.engine.handlers['engine.check']({ checkId: check.id, profile });
    await engine.until(check, 'open');
    expect(engine.snapshot(check.id).forwards).toEqual([]);
    await engine.engine.handlers['engine.remove']({ id: check.id });
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(0));

    await sshd.kill();
    await engine.engine.handlers['engine.check']({ checkId: 'again', profile });
    const { error } = await engine.until({ ...profile, id: 'again' }, 'failed');
    expect(error.code).toBe('connectionRefused');
  });
});

describe('a permanent refusal', () => {
  it('is never retried: the server sees one login', async () => {
    const [right, wrong] = await createKeys(2);
    if (!right || !wrong) throw new Error('two keys');
    const sshd = await sshdFor(right);
    const { engine, profile } = await logIn(sshd, withFile(wrong.path));
    await engine.until(profile, 'failed');
    await engine.engine.handlers['engine.wake'](null);
    expect(engine.snapshot(profile.id).state.status).toBe('failed');
    expect(timesIn(sshd.log(), /Connection from/)).toBe(1);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
