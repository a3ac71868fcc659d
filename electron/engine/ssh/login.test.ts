import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentAuthMethod, AnyAuthMethod, KeyboardInteractiveAuthMethod, ParsedKey } from 'ssh2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Login as LoginRule } from '#shared/login.ts';
import { type SecretSlot, secretSlotKey } from '#shared/secret-slot.ts';
import { Login } from './login.ts';
import { type LoginDesk, type LoginQuestion, TryCounter } from './login-desk.ts';
import { LoginFailure } from './login-failure.ts';

vi.setConfig({ testTimeout: 30_000 });

const server = { host: 'core', port: 22, user: 'andre' };
const passwordSlot: SecretSlot = { kind: 'password', ...server };
let home = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'culvert-login-'));
  await mkdir(join(home, '.ssh'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('SSH_AUTH_SOCK', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

/** A real key in `~/.ssh` of the test's own home folder. */
function makeKey(name: string, passphrase = ''): string {
  const file = join(home, '.ssh', name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', passphrase, '-C', name, '-f', file]);
  return file;
}

/** The public half of a key, as servers and agents write it. */
function publicBlob(name: string): Buffer {
  const line = readFileSync(join(home, '.ssh', `${name}.pub`), 'latin1');
  return Buffer.from(line.split(' ')[1] ?? '', 'base64');
}

/** A desk with a person who gives these answers, one after the other, and a memory for secrets. */
function makeDesk(...answers: readonly (readonly string[])[]) {
  const asked: LoginQuestion[] = [];
  const accepted: string[] = [];
  const refused: string[] = [];
  const known = new Map<string, string>();
  const desk: LoginDesk = {
    findSecret: async (slot) => known.get(secretSlotKey(slot)) ?? null,
    async ask(question) {
      asked.push(question);
      const answer = answers[asked.length - 1];
      if (!answer) throw new Error(`Nobody was to be asked: ${JSON.stringify(question)}`);
      return answer;
    },
    accept: (slot) => void accepted.push(slot.kind),
    refuse: (slot) => {
      refused.push(slot.kind);
      known.delete(secretSlotKey(slot));
    },
    countHangUp: () => {
      desk.tries.add('hangUp');
      return desk.tries.count('hangUp');
    },
    tries: new TryCounter(),
  };
  return {
    desk,
    asked,
    accepted,
    refused,
    remember: (slot: SecretSlot, secret: string) => known.set(secretSlotKey(slot), secret),
  };
}

type Desk = ReturnType<typeof makeDesk>;

function makeLogin(rule: LoginRule, { desk }: Desk) {
  const broken: unknown[] = [];
  const login = new Login({ server, login: rule }, desk, (error) => broken.push(error));
  return { login, broken };
}

const PASSWORD = { method: 'password' } as const;
const ASK = { method: 'ask' } as const;
const AUTOMATIC = { method: 'automatic' } as const;

/** Begins as every login does and gives the first method after the server has named what it takes. */
async function begin(login: Login, ...methodsLeft: readonly string[]): Promise<AnyAuthMethod> {
  expect(await login.next(null, null)).toEqual({ type: 'none', username: 'andre' });
  return login.next(methodsLeft, false);
}

/** The error that a login ends with. */
async function failureOf(next: Promise<unknown>) {
  const error = await next.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LoginFailure)) throw new Error(`Not a login failure: ${String(error)}`);
  return error.error;
}

/** Lets the server ask; gives what is sent back. */
function question(
  method: AnyAuthMethod,
  ...prompts: readonly { prompt: string; echo?: boolean }[]
): Promise<string[]> {
  expect(method.type).toBe('keyboard-interactive');
  return new Promise((resolve) => {
    const { prompt } = method as KeyboardInteractiveAuthMethod;
    prompt('Title', 'Instructions', '', [...prompts], resolve);
  });
}

/** The one key that a method offers. */
function keyOf(method: AnyAuthMethod): ParsedKey {
  expect(method.type).toBe('agent');
  const keys: ParsedKey[] = [];
  const { agent } = method as AgentAuthMethod;
  if (typeof agent === 'string') throw new Error('Not an agent of ours');
  agent.getIdentities((_error, found) => keys.push(...((found ?? []) as ParsedKey[])));
  expect(keys).toHaveLength(1);
  return keys[0] as ParsedKey;
}

/** Says yes to the key, so that it must sign; gives the signature, or null if there is none. */
function signWith(method: AnyAuthMethod): Promise<Buffer | null> {
  const key = keyOf(method);
  const { agent } = method as AgentAuthMethod;
  if (typeof agent === 'string') throw new Error('Not an agent of ours');
  return new Promise((resolve) => {
    agent.sign(key, Buffer.from('data'), {}, (error, signature) =>
      resolve(error ? null : (signature ?? null)),
    );
  });
}

describe('a login with key files, once no key was taken', () => {
  const rule = (afterKeys?: 'ask' | 'fail'): LoginRule => ({
    method: 'keyFile',
    keyFile: join(home, '.ssh', 'id_mine'),
    ...(afterKeys && { afterKeys }),
  });
  const left = ['publickey', 'password'] as const;
  beforeEach(() => void makeKey('id_mine'));

  it('asks for the password where that was said, as ssh does', async () => {
    const desk = makeDesk(['hunter2']);
    const { login } = makeLogin(rule('ask'), desk);
    expect(keyOf(await begin(login, ...left)).type).toBe('ssh-ed25519');
    expect(await login.next([...left], false)).toMatchObject({ type: 'password', password: 'hunter2' });
  });

  it.each([undefined, 'fail'] as const)('ends where it was not (%s)', async (afterKeys) => {
    const { login } = makeLogin(rule(afterKeys), makeDesk());
    await begin(login, ...left);
    expect(await failureOf(login.next([...left], false))).toMatchObject({ code: 'loginRefused' });
  });

  it('never gives a password where keys alone are allowed, whatever the server wants', async () => {
    for (const login of [rule('fail'), { method: 'automatic', afterKeys: 'fail' } as const]) {
      const only = makeLogin(login, makeDesk()).login;
      await only.next(null, null);
      expect(await failureOf(only.next(['password'], false))).toMatchObject({ code: 'loginRefused' });
    }
  });
});

describe('a login with a password', () => {
  it('asks what the server takes, then the person, then sends it', async () => {
    const desk = makeDesk(['hunter2']);
    const { login } = makeLogin(PASSWORD, desk);
    expect(await begin(login, 'publickey', 'password')).toEqual({
      type: 'password',
      username: 'andre',
      password: 'hunter2',
    });
    expect(desk.asked).toEqual([{ kind: 'password', user: 'andre', attempt: 1 }]);
    login.succeed();
    expect(desk.accepted).toEqual(['password']);
    expect(desk.refused).toEqual([]);
  });

  it('asks nobody when the password is known', async () => {
    const desk = makeDesk();
    desk.remember(passwordSlot, 'hunter2');
    const { login } = makeLogin(PASSWORD, desk);
    expect(await begin(login, 'password')).toMatchObject({ password: 'hunter2' });
  });

  it('never sends a refused password again by itself', async () => {
    const desk = makeDesk(['right']);
    desk.remember(passwordSlot, 'stale');
    const { login } = makeLogin(PASSWORD, desk);
    expect(await begin(login, 'password')).toMatchObject({ password: 'stale' });
    expect(await login.next(['password'], false)).toMatchObject({ password: 'right' });
    expect(desk.refused).toEqual(['password']);
    expect(desk.asked).toEqual([{ kind: 'password', user: 'andre', attempt: 2 }]);
  });

  it('asks three times in all, then gives up', async () => {
    const desk = makeDesk(['a'], ['b'], ['c']);
    const { login } = makeLogin(PASSWORD, desk);
    await begin(login, 'password');
    await login.next(['password'], false);
    await login.next(['password'], false);
    expect(await failureOf(login.next(['password'], false))).toEqual({
      code: 'secretRefused',
      ...server,
      what: 'password',
      tries: 3,
    });
    expect(desk.asked.map((each) => 'attempt' in each && each.attempt)).toEqual([1, 2, 3]);
    expect(desk.refused).toHaveLength(3);
    expect(desk.accepted).toEqual([]);
  });

  it('counts over sessions, as the server does', async () => {
    const desk = makeDesk(['c']);
    desk.desk.tries.add('account');
    desk.desk.tries.add('account');
    const { login } = makeLogin(PASSWORD, desk);
    await begin(login, 'password');
    expect(await failureOf(login.next(['password'], false))).toMatchObject({ code: 'secretRefused' });
  });

  it('answers a question for the password with it, where the server takes it only so', async () => {
    const desk = makeDesk(['hunter2']);
    const { login } = makeLogin(PASSWORD, desk);
    const method = await begin(login, 'keyboard-interactive');
    expect(await question(method, { prompt: 'Password: ', echo: false })).toEqual(['hunter2']);
    expect(desk.asked).toEqual([{ kind: 'password', user: 'andre', attempt: 1 }]);
    login.succeed();
    expect(desk.accepted).toEqual(['password']);
  });

  it('tries no keys', async () => {
    makeKey('id_ed25519');
    const { login } = makeLogin(PASSWORD, makeDesk());
    expect(await failureOf(begin(login, 'publickey'))).toEqual({
      code: 'loginRefused',
      ...server,
      tried: [],
      serverAccepts: ['publickey'],
    });
  });

  it('keeps a password that was right as the first of two proofs', async () => {
    const desk = makeDesk(['hunter2'], ['123456']);
    const { login } = makeLogin(PASSWORD, desk);
    await begin(login, 'password');
    const second = await login.next(['keyboard-interactive'], true);
    expect(desk.accepted).toEqual(['password']);
    expect(await question(second, { prompt: 'Code: ' })).toEqual(['123456']);
  });

  it('goes on with a key if the server wants one behind the password', async () => {
    makeKey('id_ed25519');
    const { login } = makeLogin(PASSWORD, makeDesk(['hunter2']));
    await begin(login, 'password');
    expect(keyOf(await login.next(['publickey'], true)).type).toBe('ssh-ed25519');
  });

  it('says what the server would take, made safe', async () => {
    const { login } = makeLogin(PASSWORD, makeDesk());
    const many = Array.from({ length: 50 }, () => 'hostbased\u001b[31m');
    const error = await failureOf(begin(login, ...many));
    expect(error).toMatchObject({
      code: 'loginRefused',
      serverAccepts: Array.from({ length: 20 }, () => 'hostbased'),
    });
  });
});

describe('a login that asks the server', () => {
  it('shows the server’s own questions, made safe', async () => {
    const desk = makeDesk(['andre', 'x']);
    const { login } = makeLogin(ASK, desk);
    const method = await begin(login, 'password', 'keyboard-interactive');
    const answers = question(method, { prompt: 'Login\u001b[31m:\n', echo: true }, { prompt: '\u0007' });
    expect(await answers).toEqual(['andre', 'x']);
    expect(desk.asked).toEqual([
      {
        kind: 'questions',
        user: 'andre',
        title: 'Title',
        instructions: 'Instructions',
        questions: [
          { text: 'Login:', echo: true },
          { text: 'Answer', echo: false },
        ],
        attempt: 1,
      },
    ]);
  });

  it('shows even a question for the password, and keeps none', async () => {
    const desk = makeDesk(['hunter2']);
    const { login } = makeLogin(ASK, desk);
    const method = await begin(login, 'keyboard-interactive');
    expect(await question(method, { prompt: 'Password: ' })).toEqual(['hunter2']);
    expect(desk.asked[0]?.kind).toBe('questions');
    login.succeed();
    expect(desk.accepted).toEqual([]);
  });

  it('goes through any number of rounds', async () => {
    const desk = makeDesk(['a'], ['b'], ['c']);
    const { login } = makeLogin(ASK, desk);
    const method = await begin(login, 'keyboard-interactive');
    for (const answer of ['a', 'b', 'c']) expect(await question(method, { prompt: '?' })).toEqual([answer]);
  });

  it('asks anew after wrong answers, three times in all', async () => {
    const desk = makeDesk(['1'], ['2'], ['3']);
    const { login } = makeLogin(ASK, desk);
    let method = await begin(login, 'keyboard-interactive');
    for (const attempt of [1, 2]) {
      await question(method, { prompt: 'Code: ' });
      expect(desk.asked.at(-1)).toMatchObject({ attempt });
      method = await login.next(['keyboard-interactive'], false);
    }
    await question(method, { prompt: 'Code: ' });
    expect(await failureOf(login.next(['keyboard-interactive'], false))).toMatchObject({
      code: 'secretRefused',
      what: 'answer',
      tries: 3,
    });
  });

  it('does not ask for ever a server that refuses without a question', async () => {
    const { login } = makeLogin(ASK, makeDesk());
    expect((await begin(login, 'keyboard-interactive')).type).toBe('keyboard-interactive');
    expect(await failureOf(login.next(['keyboard-interactive'], false))).toMatchObject({
      code: 'loginRefused',
      tried: ['questions'],
    });
  });

  it('takes the password where such a server takes that', async () => {
    const { login } = makeLogin(ASK, makeDesk(['hunter2']));
    await begin(login, 'keyboard-interactive', 'password');
    expect(await login.next(['keyboard-interactive', 'password'], false)).toMatchObject({
      password: 'hunter2',
    });
  });

  it('tells its session when nobody can be asked', async () => {
    const { login, broken } = makeLogin(ASK, makeDesk());
    const method = await begin(login, 'keyboard-interactive');
    void question(method, { prompt: '?' });
    await expect.poll(() => broken).toHaveLength(1);
  });
});

describe('questions for a password and for more', () => {
  it('are told apart round by round', async () => {
    const desk = makeDesk(['hunter2'], ['123456']);
    const { login } = makeLogin(PASSWORD, desk);
    const method = await begin(login, 'keyboard-interactive');
    expect(await question(method, { prompt: 'Password: ' })).toEqual(['hunter2']);
    expect(await question(method, { prompt: 'Verification code: ' })).toEqual(['123456']);
    expect(desk.asked.map(({ kind }) => kind)).toEqual(['password', 'questions']);
  });

  it('give the password once only in a row of rounds', async () => {
    const desk = makeDesk(['hunter2'], ['hunter3']);
    desk.remember(passwordSlot, 'known');
    const { login } = makeLogin(PASSWORD, desk);
    const method = await begin(login, 'keyboard-interactive');
    expect(await question(method, { prompt: 'Password: ' })).toEqual(['known']);
    // Asked for again, it was wrong.
    expect(await question(method, { prompt: 'Password: ' })).toEqual(['hunter2']);
    expect(desk.asked.map(({ kind }) => kind)).toEqual(['questions']);
  });

  it.each(['Password:', 'password', "andre@core's password: ", 'Password for andre@core:', 'PASSWORD: '])(
    'know %j for the password',
    async (prompt) => {
      const desk = makeDesk(['hunter2']);
      const { login } = makeLogin(PASSWORD, desk);
      await question(await begin(login, 'keyboard-interactive'), { prompt });
      expect(desk.asked[0]?.kind).toBe('password');
    },
  );

  it.each([
    [{ prompt: 'New password: ' }],
    [{ prompt: 'One-time password: ' }],
    [{ prompt: 'Password + OTP: ' }],
    [{ prompt: 'Passphrase: ' }],
    [{ prompt: 'Password: ', echo: true }],
    [{ prompt: '' }],
    [{ prompt: 'Password: ' }, { prompt: 'Code: ' }],
  ])('never give the password to %j', async (...prompts) => {
    const desk = makeDesk(prompts.map(() => 'typed'));
    desk.remember(passwordSlot, 'known');
    const { login } = makeLogin(PASSWORD, desk);
    const sent = await question(await begin(login, 'keyboard-interactive'), ...prompts);
    expect(sent).not.toContain('known');
    expect(desk.asked[0]?.kind).toBe('questions');
  });
});

describe('a login with a key file', () => {
  it('offers the key and signs', async () => {
    const keyFile = makeKey('work');
    const { login } = makeLogin({ method: 'keyFile', keyFile }, makeDesk());
    const method = await begin(login, 'publickey', 'password');
    const signature = await signWith(method);
    expect(signature && keyOf(method).verify(Buffer.from('data'), signature)).toBe(true);
  });

  it('asks for the passphrase only when the server likes the key', async () => {
    const keyFile = makeKey('work', 'open sesame');
    const desk = makeDesk(['open sesame']);
    const { login } = makeLogin({ method: 'keyFile', keyFile }, desk);
    const method = await begin(login, 'publickey');
    keyOf(method);
    expect(desk.asked).toEqual([]);
    expect(await signWith(method)).not.toBeNull();
    expect(desk.asked).toEqual([{ kind: 'passphrase', keyFile, attempt: 1 }]);
    expect(desk.accepted).toEqual(['passphrase']);
  });

  it('asks three times for the passphrase, then ends the login', async () => {
    const keyFile = makeKey('work', 'open sesame');
    const desk = makeDesk(['a'], ['b'], ['c']);
    const { login, broken } = makeLogin({ method: 'keyFile', keyFile }, desk);
    void signWith(await begin(login, 'publickey'));
    await expect.poll(() => broken).toHaveLength(1);
    expect((broken[0] as LoginFailure).error).toMatchObject({
      code: 'secretRefused',
      what: 'passphrase',
      tries: 3,
    });
    expect(desk.asked.map((each) => 'attempt' in each && each.attempt)).toEqual([1, 2, 3]);
    expect(desk.refused).toEqual(['passphrase', 'passphrase', 'passphrase']);
  });

  it('drops a remembered passphrase that is wrong, and counts it', async () => {
    const keyFile = makeKey('work', 'open sesame');
    const desk = makeDesk(['open sesame']);
    desk.remember({ kind: 'passphrase', keyFile }, 'stale');
    const { login } = makeLogin({ method: 'keyFile', keyFile }, desk);
    expect(await signWith(await begin(login, 'publickey'))).not.toBeNull();
    expect(desk.refused).toEqual(['passphrase']);
    expect(desk.asked).toEqual([{ kind: 'passphrase', keyFile, attempt: 2 }]);
  });

  it('falls back to nothing when the key is refused', async () => {
    const keyFile = makeKey('work');
    makeKey('id_ed25519');
    const { login } = makeLogin({ method: 'keyFile', keyFile }, makeDesk());
    await begin(login, 'publickey', 'password');
    expect(await failureOf(login.next(['publickey', 'password'], false))).toEqual({
      code: 'loginRefused',
      ...server,
      tried: [keyFile],
      serverAccepts: ['publickey', 'password'],
    });
  });

  it('says what is wrong with the file', async () => {
    const keyFile = join(home, 'nothing');
    const { login } = makeLogin({ method: 'keyFile', keyFile }, makeDesk());
    expect(await failureOf(begin(login, 'publickey'))).toEqual({ code: 'keyFileMissing', file: keyFile });
  });

  it('asks the server again after a signature, and gives a second proof', async () => {
    const keyFile = makeKey('work');
    const desk = makeDesk(['123456']);
    const { login } = makeLogin({ method: 'keyFile', keyFile }, desk);
    await signWith(await begin(login, 'publickey'));
    // ssh2 gives its stale list here; the answer to `none` is the true one.
    expect(await login.next(['publickey'], false)).toEqual({ type: 'none', username: 'andre' });
    const second = await login.next(['keyboard-interactive'], false);
    expect(await question(second, { prompt: 'Verification code: ' })).toEqual(['123456']);
  });

  it('does not offer a key again whose signature was refused', async () => {
    const keyFile = makeKey('work');
    const { login } = makeLogin({ method: 'keyFile', keyFile }, makeDesk());
    await signWith(await begin(login, 'publickey'));
    await login.next(['publickey'], false);
    expect(await failureOf(login.next(['publickey'], false))).toMatchObject({ code: 'loginRefused' });
  });
});

describe('a login with the agent', () => {
  it('says that there is none', async () => {
    const { login } = makeLogin({ method: 'agent' }, makeDesk());
    expect(await failureOf(begin(login, 'publickey'))).toEqual({ code: 'agentUnavailable', socket: null });
  });

  it('offers no more keys than a server bears, each of them once', async () => {
    const blobs = Array.from({ length: 8 }, (_, index) => {
      makeKey(`agent${index}`);
      return publicBlob(`agent${index}`);
    });
    const socket = join(home, 'agent');
    const close = await startAgentWith(socket, blobs);
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    const { login } = makeLogin({ method: 'agent' }, makeDesk());
    const offered = [
      keyOf(await begin(login, 'publickey'))
        .getPublicSSH()
        .toString('hex'),
    ];
    for (let index = 1; index < 5; index += 1) {
      offered.push(
        keyOf(await login.next(['publickey'], false))
          .getPublicSSH()
          .toString('hex'),
      );
    }
    expect(offered).toEqual(blobs.slice(0, 5).map((blob) => blob.toString('hex')));
    expect(await failureOf(login.next(['publickey'], false))).toMatchObject({ code: 'loginRefused' });
    await close();
  });

  it('goes on with the next key when the agent does not sign', async () => {
    makeKey('one');
    makeKey('two');
    const blobs = ['one', 'two'].map(publicBlob);
    const socket = join(home, 'agent');
    const close = await startAgentWith(socket, blobs);
    vi.stubEnv('SSH_AUTH_SOCK', socket);
    const { login, broken } = makeLogin({ method: 'agent' }, makeDesk());
    expect(await signWith(await begin(login, 'publickey'))).toBeNull();
    expect(broken).toEqual([]);
    expect(keyOf(await login.next(['publickey'], false)).getPublicSSH()).toEqual(blobs[1]);
    await close();
  });
});

/** An agent that lists these keys and refuses all else (draft-miller-ssh-agent, sections 4.4 and 4.8). */
async function startAgentWith(path: string, blobs: readonly Buffer[]): Promise<() => Promise<void>> {
  const string = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const count = Buffer.from([12, 0, 0, 0, blobs.length]);
  const list = string(
    Buffer.concat([count, ...blobs.flatMap((blob) => [string(blob), string(Buffer.from('x'))])]),
  );
  const agent = createServer((client) => {
    client.on('error', () => {});
    client.on('data', (request) => client.write(request[4] === 11 ? list : Buffer.from([0, 0, 0, 1, 5])));
  });
  await new Promise<void>((resolve) => agent.listen(path, resolve));
  return () => new Promise((resolve) => agent.close(() => resolve()));
}

describe('an automatic login', () => {
  it('tries the usual key files in ssh’s order, then asks', async () => {
    makeKey('id_ed25519');
    makeKey('id_rsa');
    makeKey('unusual');
    const { login } = makeLogin(AUTOMATIC, makeDesk(['hunter2']));
    const left = ['publickey', 'password', 'keyboard-interactive'];
    const first = keyOf(await begin(login, ...left));
    const second = keyOf(await login.next(left, false));
    expect([first.comment, second.comment]).toEqual(['id_rsa', 'id_ed25519']);
    expect(await login.next(left, false)).toMatchObject({ type: 'password', password: 'hunter2' });
  });

  it('does not mind key files that cannot be read', async () => {
    await writeFile(join(home, '.ssh', 'id_ed25519'), 'garbage');
    await mkdir(join(home, '.ssh', 'id_ecdsa'));
    const { login } = makeLogin(AUTOMATIC, makeDesk(['hunter2']));
    expect(await begin(login, 'publickey', 'password')).toMatchObject({ type: 'password' });
  });

  it('leaves the keys alone where the server takes none', async () => {
    makeKey('id_ed25519');
    const { login } = makeLogin(AUTOMATIC, makeDesk(['hunter2']));
    expect(await begin(login, 'password')).toMatchObject({ type: 'password' });
  });

  it('turns to the questions after a refused password, with a new one', async () => {
    const desk = makeDesk(['wrong'], ['right']);
    const { login } = makeLogin(AUTOMATIC, desk);
    const left = ['password', 'keyboard-interactive'];
    expect(await begin(login, ...left)).toMatchObject({ password: 'wrong' });
    const method = await login.next(left, false);
    expect(await question(method, { prompt: 'Password: ' })).toEqual(['right']);
    expect(desk.asked.map((each) => 'attempt' in each && each.attempt)).toEqual([1, 2]);
  });

  it('has nothing to offer to a server that takes nothing known', async () => {
    const { login } = makeLogin(AUTOMATIC, makeDesk());
    expect(await failureOf(begin(login, 'hostbased', 'gssapi-with-mic'))).toMatchObject({
      code: 'loginRefused',
      serverAccepts: ['hostbased', 'gssapi-with-mic'],
    });
  });
});

describe('a server that hangs up', () => {
  it('before anything was sent says nothing of our secrets', async () => {
    const { login } = makeLogin(PASSWORD, makeDesk());
    expect(login.hungUp(false)).toEqual({ kind: 'unrelated' });
    await login.next(null, null);
    expect(login.hungUp(true)).toEqual({ kind: 'unrelated' });
  });

  it('on a password, and says why, refuses it', async () => {
    const desk = makeDesk(['wrong']);
    const { login } = makeLogin(PASSWORD, desk);
    await begin(login, 'password');
    expect(login.hungUp(true)).toEqual({ kind: 'askAgain' });
    expect(desk.refused).toEqual(['password']);
    expect(desk.desk.tries.count('account')).toBe(1);
  });

  it('on a password without a word may be a broken line, once', async () => {
    const desk = makeDesk(['x'], ['x']);
    const first = makeLogin(PASSWORD, desk).login;
    await begin(first, 'password');
    expect(first.hungUp(false)).toEqual({ kind: 'unrelated' });
    expect(desk.desk.tries.count('account')).toBe(0);
    const second = makeLogin(PASSWORD, desk).login;
    await begin(second, 'password');
    expect(second.hungUp(false)).toEqual({ kind: 'askAgain' });
    expect(desk.desk.tries.count('account')).toBe(1);
  });

  it('on an answer starts the questions over', async () => {
    const { login } = makeLogin(ASK, makeDesk(['000000']));
    await question(await begin(login, 'keyboard-interactive'), { prompt: 'Code: ' });
    expect(login.hungUp(true)).toEqual({ kind: 'startOver' });
  });

  it('while a person is still typing says nothing of the answer', async () => {
    const desk = makeDesk();
    const { login } = makeLogin(ASK, { ...desk, desk: { ...desk.desk, ask: () => new Promise(() => {}) } });
    void question(await begin(login, 'keyboard-interactive'), { prompt: 'Code: ' });
    expect(login.hungUp(true)).toEqual({ kind: 'unrelated' });
  });

  it('on the third wrong secret ends it', async () => {
    const desk = makeDesk(['a']);
    desk.desk.tries.add('account');
    desk.desk.tries.add('account');
    const { login } = makeLogin(PASSWORD, desk);
    await begin(login, 'password');
    expect(login.hungUp(true)).toEqual({
      kind: 'giveUp',
      error: { code: 'secretRefused', ...server, what: 'password', tries: 3 },
    });
  });
});
