import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import { localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { findFreePort } from '../support/free-port.ts';
import type { Sshd } from '../support/sshd.ts';
import { closeSocket, dialTcp } from '../support/tcp-client.ts';

const run = promisify(execFile);
const suite = engineSuite();

/** The account's dates, as shadow(5) has them, for one test. */
async function setDates({ user, account }: Sshd, ...options: readonly string[]): Promise<void> {
  await run('chage', [...options, user]);
  suite.use({
    close: async () => {
      await run('chage', ['-d', '20000', '-E', '-1', user]);
      await run('sh', ['-c', 'echo "$1:$2" | chpasswd', 'sh', user, account.password ?? '']);
    },
  });
}

const passwordExpired = ['-d', '0'] as const;
const accountExpired = ['-E', '2020-01-01'] as const;

async function logIn(sshd: Sshd, how: 'password' | 'key') {
  const engine = suite.engine();
  const { host, port, user } = sshd;
  const slot = { kind: 'password', user, host, port } as const;
  engine.remembered.set(secretSlotKey(slot), sshd.account.password ?? '');
  const login = how === 'key' ? keyFile(sshd) : ({ method: 'password' } as const);
  const forward = remoteForward(await findFreePort(), { host: '127.0.0.1', port: 1 });
  const profile = testProfile(sshd, login, [forward]);
  await engine.start(profile);
  return { engine, profile, slot };
}

describe('an expired password', () => {
  it('is changed in PAM’s own words, and the old one is kept no longer', async () => {
    const sshd = await suite.sshd({ authenticationMethods: 'keyboard-interactive', mindsExpiry: true });
    await setDates(sshd, ...passwordExpired);
    const { engine, profile, slot } = await logIn(sshd, 'password');
    const answers = [sshd.account.password ?? '', 'Brand-New-Secret-77', 'Brand-New-Secret-77'];
    const asked: string[] = [];
    for (const answer of answers) {
      const prompt = await engine.untilPrompt(profile, 'questions');
      asked.push(prompt.questions[0]?.text ?? '');
      await engine.answer(profile, prompt.id, { kind: 'answers', answers: [answer] });
      await engine.untilState(
        profile,
        (state) => state.status !== 'needsUser' || state.prompt.id !== prompt.id,
      );
    }
    expect(asked).toEqual(
      [/current password/i, /new password/i, /retype/i].map((word) => expect.stringMatching(word)),
    );
    await engine.until(profile, 'open');
    await engine.untilForward(profile, 0, 'listening');
    expect(engine.accepted).toEqual([]);
    expect(engine.refused).toEqual([slot]);
  });

  it.each([
    ['password', 'password', true],
    ['password', 'password', false],
    ['publickey', 'key', true],
  ] as const)(
    'that lets nothing through after a login with %s is named',
    async (methods, how, mindsExpiry) => {
      const sshd = await suite.sshd({ authenticationMethods: methods, mindsExpiry });
      await setDates(sshd, ...passwordExpired);
      const { engine, profile } = await logIn(sshd, how);
      expect((await engine.until(profile, 'failed')).error).toEqual({
        code: 'passwordExpired',
        host: sshd.host,
        port: sshd.port,
        user: sshd.user,
      });
    },
  );
});

it('an expired password is found out by the first client of a local forward', async () => {
  const sshd = await suite.sshd({ mindsExpiry: true });
  await setDates(sshd, ...passwordExpired);
  const engine = suite.engine();
  const port = await findFreePort();
  const profile = testProfile(sshd, keyFile(sshd), [localForward(port, { host: '127.0.0.1', port: 1 })]);
  await engine.start(profile);
  await engine.until(profile, 'open');
  const client = await dialTcp(port);
  client.on('error', () => {});
  suite.use({ close: () => closeSocket(client) });
  expect((await engine.until(profile, 'failed')).error).toMatchObject({ code: 'passwordExpired' });
});

describe('an expired account', () => {
  it.each([
    ['password', 'password'],
    ['publickey', 'key'],
  ] as const)('is named after a login with %s, and never tried again', async (methods, how) => {
    const sshd = await suite.sshd({ authenticationMethods: methods, mindsExpiry: true });
    await setDates(sshd, ...accountExpired);
    const { engine, profile } = await logIn(sshd, how);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'accountExpired',
      user: sshd.user,
      reason: expect.stringMatching(/account has expired/i),
    });
  });
});
