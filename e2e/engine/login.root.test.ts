import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Login } from '#shared/login.ts';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { createClientKey } from '../support/client-keys.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { knownHostsLines } from '../support/host-keys.ts';
import { startSshAgent } from '../support/ssh-agent.ts';
import type { Sshd, SshdOptions } from '../support/sshd.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

const suite = engineSuite();

/** An sshd without its delay after a wrong password. */
function sshdWith(authenticationMethods: string, options: SshdOptions = {}) {
  return suite.sshd({ authenticationMethods, ...options });
}

async function logIn(sshd: Sshd, login: Login, engine = suite.engine(), port = sshd.port) {
  const profile = testProfile({ ...sshd, port }, login, [
    localForward(await findFreePort(), { host: '127.0.0.1', port: 1 }),
  ]);
  await engine.start(profile);
  return { engine, profile };
}

const password: Login = { method: 'password' };

function passwordOf({ account }: Sshd): string {
  if (account.password === null) throw new Error('A password login needs root.');
  return account.password;
}

function slotOf({ user, host, port }: Sshd) {
  return { kind: 'password', user, host, port } as const;
}

type Tunnel = Awaited<ReturnType<typeof logIn>>;

async function typePassword({ engine, profile }: Tunnel, secret: string, attempt = 1): Promise<void> {
  const prompt = await engine.untilPrompt(profile, 'password');
  expect(prompt).toMatchObject({ attempt, user: profile.server.user });
  expect(await engine.answer(profile, prompt.id, { kind: 'secret', secret, remember: false })).toBe(true);
}

async function answerQuestion({ engine, profile }: Tunnel, answer: string): Promise<void> {
  const prompt = await engine.untilPrompt(profile, 'questions');
  await engine.answer(profile, prompt.id, { kind: 'answers', answers: [answer] });
}

function countPrompts(engine: EngineUnderTest, id: string): number {
  const prompts = (engine.history.get(id) ?? []).flatMap(({ state }) =>
    state.status === 'needsUser' ? [state.prompt.id] : [],
  );
  return new Set(prompts).size;
}

/** What sshd counted: each wrong password that reached it. */
function refusals(sshd: Sshd): number {
  return sshd.log().match(/Failed (?:password|keyboard-interactive\S*) for/g)?.length ?? 0;
}

const code = (...accepts: readonly string[]) =>
  ({ asks: 'oneTimeCode', text: 'Code from your phone', accepts }) as const;

describe('a password', () => {
  it('is asked for, taken, and reported for keeping', async () => {
    const sshd = await sshdWith('password');
    const tunnel = await logIn(sshd, password);
    await typePassword(tunnel, passwordOf(sshd));
    await tunnel.engine.until(tunnel.profile, 'open');
    expect(tunnel.engine.accepted).toEqual([slotOf(sshd)]);
    expect(tunnel.engine.refused).toEqual([]);
  });

  it('that is remembered is not asked for, not even after a drop', async () => {
    const sshd = await sshdWith('password');
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey(slotOf(sshd)), passwordOf(sshd));
    const { profile } = await logIn(sshd, password, engine);
    await engine.until(profile, 'open');
    await sshd.dropSessions();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    expect(countPrompts(engine, profile.id)).toBe(0);
  });

  it('that is remembered and wrong is forgotten and asked for, once each', async () => {
    const sshd = await sshdWith('password');
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey(slotOf(sshd)), 'of old');
    const tunnel = await logIn(sshd, password, engine);
    await typePassword(tunnel, passwordOf(sshd), 2);
    await engine.until(tunnel.profile, 'open');
    expect(engine.refused).toEqual([slotOf(sshd)]);
    await eventually(() => expect(refusals(sshd)).toBe(1));
  });

  it('that is wrong three times ends the tunnel, and nothing more is sent', async () => {
    const sshd = await sshdWith('password');
    const tunnel = await logIn(sshd, password);
    for (const attempt of [1, 2, 3]) await typePassword(tunnel, `wrong ${attempt}`, attempt);
    const { engine, profile } = tunnel;
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'secretRefused',
      host: sshd.host,
      port: sshd.port,
      user: sshd.user,
      what: 'password',
      tries: 3,
    });
    await engine.engine.handlers['engine.wake'](null);
    expect(engine.snapshot(profile.id).state.status).toBe('failed');
    await eventually(() => expect(sshd.sessionPids()).toHaveLength(0));
    await eventually(() => expect(refusals(sshd)).toBe(3));
  });

  it('is asked for again when the server hangs up after each wrong one, three times in all', async () => {
    const sshd = await sshdWith('password', { maxAuthTries: 1 });
    const tunnel = await logIn(sshd, password);
    await typePassword(tunnel, 'wrong', 1);
    await typePassword(tunnel, 'wrong', 2);
    await typePassword(tunnel, 'wrong', 3);
    const { error } = await tunnel.engine.until(tunnel.profile, 'failed');
    expect(error).toMatchObject({ code: 'secretRefused', what: 'password', tries: 3 });
    await eventually(() => expect(refusals(sshd)).toBe(3));

    await tunnel.engine.start(tunnel.profile);
    await typePassword(tunnel, 'wrong', 1);
    await typePassword(tunnel, passwordOf(sshd), 2);
    await tunnel.engine.until(tunnel.profile, 'open');
    await eventually(() => expect(refusals(sshd)).toBe(4));
  });

  it('that is not given ends the tunnel', async () => {
    const sshd = await sshdWith('password');
    const { engine, profile } = await logIn(sshd, password);
    const prompt = await engine.untilPrompt(profile, 'password');
    await engine.answer(profile, prompt.id, { kind: 'cancel' });
    expect((await engine.until(profile, 'failed')).error).toEqual({
      code: 'loginCancelled',
      host: sshd.host,
      port: sshd.port,
    });
    expect(refusals(sshd)).toBe(0);
  });

  it('is the answer when the server asks for nothing else', async () => {
    const sshd = await sshdWith('keyboard-interactive');
    const tunnel = await logIn(sshd, password);
    await typePassword(tunnel, passwordOf(sshd));
    await tunnel.engine.until(tunnel.profile, 'open');
    expect(tunnel.engine.accepted).toEqual([slotOf(sshd)]);
  });

  it('ends an automatic login that has no key', async () => {
    const sshd = await sshdWith('publickey password');
    const tunnel = await logIn(sshd, { method: 'automatic' });
    await typePassword(tunnel, passwordOf(sshd));
    await tunnel.engine.until(tunnel.profile, 'open');
  });

  it('is typed while the server’s patience ends: the prompt stays, and the answer logs in', async () => {
    const sshd = await sshdWith('password', { loginGraceTimeSeconds: 1 });
    const tunnel = await logIn(sshd, password);
    const { engine, profile } = tunnel;
    const prompt = await engine.untilPrompt(profile, 'password');
    await engine.untilState(profile, (state) => state.status === 'needsUser' && !state.sessionLives);
    expect(await engine.untilPrompt(profile, 'password')).toEqual(prompt);
    await typePassword(tunnel, passwordOf(sshd));
    await engine.until(profile, 'open');
    expect(countPrompts(engine, profile.id)).toBe(1);
    expect(refusals(sshd)).toBe(0);
  });

  it('whose verdict was lost with the line is neither forgotten nor blamed', async () => {
    const sshd = await sshdWith('password');
    const line = suite.use(await startTcpProxy({ to: sshd }));
    await suite.knowHosts(knownHostsLines(line.host, line.port, sshd.hostKeys));
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey({ ...slotOf(sshd), port: line.port }), passwordOf(sshd));
    // Cuts the line as soon as the login is on its way: the log says so when the verdict is reached.
    line.setLatency(50);
    const { profile } = await logIn(sshd, password, engine, line.port);
    await eventually(() => expect(sshd.log()).toMatch(/Accepted password/), { everyMs: 2 });
    line.reset();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
    expect(engine.refused).toEqual([]);
    expect(countPrompts(engine, profile.id)).toBe(0);
  });
});

describe('questions', () => {
  it('of any number of rounds are asked one after the other', async () => {
    const sshd = await sshdWith('keyboard-interactive', {
      keyboardInteractive: [
        { asks: 'accountPassword' },
        { asks: 'answer', text: 'Mother tongue?', accepts: ['Latin'] },
        code('111111'),
      ],
    });
    const tunnel = await logIn(sshd, { method: 'ask' });
    await answerQuestion(tunnel, passwordOf(sshd));
    await answerQuestion(tunnel, 'Latin');
    await answerQuestion(tunnel, '111111');
    await tunnel.engine.until(tunnel.profile, 'open');
    // Answers to a server's questions are kept by nobody.
    expect(tunnel.engine.accepted).toEqual([]);
  });

  it('take the remembered password for the round that asks for it, and a person for the code', async () => {
    const sshd = await sshdWith('keyboard-interactive', {
      keyboardInteractive: [{ asks: 'accountPassword' }, code('111111')],
    });
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey(slotOf(sshd)), passwordOf(sshd));
    const tunnel = await logIn(sshd, password, engine);
    await answerQuestion(tunnel, '111111');
    await engine.until(tunnel.profile, 'open');
    expect(countPrompts(engine, tunnel.profile.id)).toBe(1);
  });

  it('are asked anew when the server hangs up on a wrong answer, three times in all', async () => {
    const sshd = await sshdWith('keyboard-interactive', {
      keyboardInteractive: [code('111111')],
      maxAuthTries: 1,
    });
    const tunnel = await logIn(sshd, { method: 'ask' });
    for (const answer of ['1', '2', '3']) await answerQuestion(tunnel, answer);
    const { error } = await tunnel.engine.until(tunnel.profile, 'failed');
    expect(error).toMatchObject({ code: 'secretRefused', what: 'answer', tries: 3 });
    await eventually(() => expect(refusals(sshd)).toBe(3));
  });

  it('ask for a one-time code anew when the server’s patience ended meanwhile', async () => {
    const sshd = await sshdWith('keyboard-interactive', {
      keyboardInteractive: [code('111111', '222222')],
      loginGraceTimeSeconds: 1,
    });
    const tunnel = await logIn(sshd, { method: 'ask' });
    const { engine, profile } = tunnel;
    const first = await engine.untilPrompt(profile, 'questions');
    await engine.untilState(profile, (state) => state.status === 'needsUser' && !state.sessionLives);
    await engine.answer(profile, first.id, { kind: 'answers', answers: ['111111'] });
    const second = await engine.untilPrompt(profile, 'questions');
    expect(second.attempt).toBe(1);
    await engine.answer(profile, second.id, { kind: 'answers', answers: ['222222'] });
    await engine.until(profile, 'open');
    expect(refusals(sshd)).toBe(0);
  });
});

/** An agent with three keys, of which the server wants the last. */
async function withAgentKey(authenticationMethods: string, options: SshdOptions = {}) {
  const keys = await Promise.all([1, 2, 3].map(async () => suite.use(await createClientKey())));
  const agent = suite.use(await startSshAgent({ keys }));
  const authorizedKeys = [keys[2]?.publicKeyLine ?? ''];
  const sshd = await sshdWith(authenticationMethods, { authorizedKeys, ...options });
  const login: Login = { method: 'agent', socket: agent.socketPath };
  return { login, sshd };
}

describe('two factors', () => {
  it.each(['publickey,password', 'password,publickey'])('in the order %s', async (methods) => {
    const sshd = await sshdWith(methods);
    const tunnel = await logIn(sshd, keyFile(sshd));
    await typePassword(tunnel, passwordOf(sshd));
    await tunnel.engine.until(tunnel.profile, 'open');
    expect(tunnel.engine.accepted).toEqual([slotOf(sshd)]);
  });

  it.each(['publickey,keyboard-interactive', 'keyboard-interactive,publickey'])(
    'in the order %s',
    async (methods) => {
      const sshd = await sshdWith(methods, { keyboardInteractive: [code('4711')] });
      const tunnel = await logIn(sshd, keyFile(sshd));
      await answerQuestion(tunnel, '4711');
      await tunnel.engine.until(tunnel.profile, 'open');
    },
  );

  it.each(['publickey,password', 'password,publickey'])(
    'in the order %s, with a key of the agent',
    async (methods) => {
      const { login, sshd } = await withAgentKey(methods);
      const tunnel = await logIn(sshd, login);
      await typePassword(tunnel, passwordOf(sshd));
      await tunnel.engine.until(tunnel.profile, 'open');
    },
  );

  it.each(['publickey,keyboard-interactive', 'keyboard-interactive,publickey'])(
    'in the order %s, with a key of the agent',
    async (methods) => {
      const { login, sshd } = await withAgentKey(methods, { keyboardInteractive: [code('4711')] });
      const tunnel = await logIn(sshd, login);
      await answerQuestion(tunnel, '4711');
      await tunnel.engine.until(tunnel.profile, 'open');
    },
  );

  it('ask for the second again after a wrong one, with the key still good', async () => {
    const sshd = await sshdWith('publickey,password');
    const tunnel = await logIn(sshd, keyFile(sshd));
    await typePassword(tunnel, 'wrong', 1);
    await typePassword(tunnel, passwordOf(sshd), 2);
    await tunnel.engine.until(tunnel.profile, 'open');
    await eventually(() => expect(refusals(sshd)).toBe(1));
  });

  it('work for an automatic login with the key in its usual place', async () => {
    const sshd = await sshdWith('publickey,password');
    const file = path.join(suite.home(), '.ssh', 'id_ed25519');
    await copyFile(sshd.identityFile, file);
    suite.use({ close: () => rm(file) });
    const tunnel = await logIn(sshd, { method: 'automatic' });
    await typePassword(tunnel, passwordOf(sshd));
    await tunnel.engine.until(tunnel.profile, 'open');
  });
});
