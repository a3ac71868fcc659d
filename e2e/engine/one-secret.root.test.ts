import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Login } from '#shared/login.ts';
import type { Profile } from '#shared/profile.ts';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { createClientKey } from '../support/client-keys.ts';
import { engineSuite } from '../support/engine-suite.ts';
import { type EngineUnderTest, localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { createHostKey, knownHostsLines } from '../support/host-keys.ts';
import type { Sshd, SshdOptions } from '../support/sshd.ts';
import { startTcpServer } from '../support/tcp-server.ts';

const suite = engineSuite();
type Address = Pick<Sshd, 'host' | 'port' | 'user'>;
const COUNT = 12;

function passwordOf({ account }: Sshd): string {
  if (account.password === null) throw new Error('A password login needs root.');
  return account.password;
}

const slotOf = ({ user, host, port }: Sshd) => ({ kind: 'password', user, host, port }) as const;

/** Starts so many tunnels to one server, at once. */
async function startMany(
  engine: EngineUnderTest,
  sshd: Address,
  login: Login,
  change: Partial<Profile> = {},
) {
  const profiles = await Promise.all(
    Array.from({ length: COUNT }, async () => ({
      ...testProfile(sshd, login, [localForward(await findFreePort(), { host: '127.0.0.1', port: 1 })]),
      ...change,
    })),
  );
  await Promise.all(profiles.map((profile) => engine.start(profile)));
  return profiles;
}

/** Twelve tunnels to a server whose password was changed since it was kept. */
async function startWithOldPassword(options: SshdOptions = {}) {
  const sshd = await suite.sshd({ authenticationMethods: 'password', ...options });
  const engine = suite.engine();
  engine.remembered.set(secretSlotKey(slotOf(sshd)), 'of old');
  return { engine, sshd, profiles: await startMany(engine, sshd, { method: 'password' }) };
}

/** The one that asks, as soon as all others wait for it. */
function untilOneAsks(engine: EngineUnderTest, profiles: readonly Profile[]) {
  return eventually(() => {
    const asking = profiles.filter(({ id }) => engine.snapshot(id).state.status === 'needsUser');
    const waiting = profiles.filter(({ id }) => {
      const { state } = engine.snapshot(id);
      return state.status === 'connecting' && state.phase === 'turn';
    });
    expect([asking.length, waiting.length]).toEqual([1, profiles.length - 1]);
    const [one] = asking;
    const state = engine.snapshot(one?.id ?? '').state;
    if (one === undefined || state.status !== 'needsUser') throw new Error('It asks no more.');
    return { one, prompt: state.prompt };
  });
}

function countPrompts(engine: EngineUnderTest, profiles: readonly Profile[]): number {
  const states = profiles.flatMap(({ id }) => engine.history.get(id) ?? []).map(({ state }) => state);
  return new Set(states.flatMap((state) => (state.status === 'needsUser' ? [state.prompt.id] : []))).size;
}

/** What sshd counted: each wrong password that reached it. */
function refusals(sshd: Sshd): number {
  return sshd.log().match(/Failed password for/g)?.length ?? 0;
}

const secret = (text: string) => ({ kind: 'secret', secret: text, remember: false }) as const;

describe('twelve tunnels whose kept password is wrong by now', () => {
  it('cost the account one failed login and a person one answer, and open', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword();
    const { one, prompt } = await untilOneAsks(engine, profiles);
    expect(prompt).toMatchObject({ kind: 'password', attempt: 2 });
    expect(refusals(sshd)).toBe(1);
    await engine.answer(one, prompt.id, secret(passwordOf(sshd)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect(countPrompts(engine, profiles)).toBe(1);
    expect(refusals(sshd)).toBe(1);
    expect(engine.refused).toEqual([slotOf(sshd)]);
  });

  it('ask one after the other where the one that asked is stopped or deleted', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword();
    const stopped = await untilOneAsks(engine, profiles);
    await engine.stop(stopped.one);
    const afterStop = profiles.filter((profile) => profile !== stopped.one);
    const deleted = await untilOneAsks(engine, afterStop);
    await engine.engine.handlers['engine.remove']({ id: deleted.one.id });
    const afterAll = afterStop.filter((profile) => profile !== deleted.one);
    const last = await untilOneAsks(engine, afterAll);
    await engine.answer(last.one, last.prompt.id, secret(passwordOf(sshd)));
    await Promise.all(afterAll.map((profile) => engine.until(profile, 'open')));
    expect(refusals(sshd)).toBe(1);
  });

  it('take one no for all of them, and ask again when they are started again', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword();
    const { one, prompt } = await untilOneAsks(engine, profiles);
    await engine.answer(one, prompt.id, { kind: 'cancel' });
    await Promise.all(profiles.map((profile) => engine.until(profile, 'failed')));
    for (const { id } of profiles)
      expect(engine.snapshot(id).state).toMatchObject({ error: { code: 'loginCancelled', host: sshd.host } });
    expect([countPrompts(engine, profiles), refusals(sshd)]).toEqual([1, 1]);
    await Promise.all(profiles.map((profile) => engine.start(profile)));
    const again = await untilOneAsks(engine, profiles);
    await engine.answer(again.one, again.prompt.id, secret(passwordOf(sshd)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
  });

  it('wait for the answer also when the server has hung up on the one that asks', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword({ maxAuthTries: 1 });
    const { one, prompt } = await untilOneAsks(engine, profiles);
    expect(engine.snapshot(one.id).state).toMatchObject({ sessionLives: false });
    await engine.answer(one, prompt.id, secret(passwordOf(sshd)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect([countPrompts(engine, profiles), refusals(sshd)]).toEqual([1, 1]);
  });

  it('bear a server that loses patience with all of them meanwhile', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword({ loginGraceTimeSeconds: 2 });
    const { one, prompt } = await untilOneAsks(engine, profiles);
    const others = profiles.filter((profile) => profile !== one);
    await Promise.all(
      others.map(({ id }) => eventually(() => expect(statuses(engine, id)).toContain('waiting'))),
    );
    // Main keeps it for the run, for those who come back later.
    engine.remembered.set(secretSlotKey(slotOf(sshd)), passwordOf(sshd));
    await engine.answer(one, prompt.id, secret(passwordOf(sshd)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect([countPrompts(engine, profiles), refusals(sshd)]).toEqual([1, 1]);
  });

  it('stop at once while they wait', async () => {
    const { engine, sshd, profiles } = await startWithOldPassword();
    await untilOneAsks(engine, profiles);
    await Promise.all(profiles.map((profile) => engine.stop(profile)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'stopped', 5_000)));
    expect(refusals(sshd)).toBe(1);
  });

  it('are not held to the time for an answer of the server’s while they wait', async () => {
    const sshd = await suite.sshd({ authenticationMethods: 'password' });
    const engine = suite.engine({ authReplyMs: 1_000 });
    const profiles = await startMany(engine, sshd, { method: 'password' });
    const { one, prompt } = await untilOneAsks(engine, profiles);
    const since = Date.now();
    await eventually(() => expect(Date.now() - since).toBeGreaterThan(1_200));
    await untilOneAsks(engine, profiles);
    await engine.answer(one, prompt.id, secret(passwordOf(sshd)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect(profiles.flatMap(({ id }) => statuses(engine, id))).not.toContain('waiting');
  });
});

describe('twelve tunnels', () => {
  it('show a kept password twice to a server that hangs up on it without a word, then ask', async () => {
    const hostKey = await createHostKey('ed25519');
    let tries = 0;
    const server = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (client) => {
      client.on('error', () => {});
      client.on('authentication', (context) => {
        if (context.method !== 'password') return context.reject(['password']);
        if (context.password === 'new') return context.accept();
        tries += 1;
        client.end();
      });
    });
    const port = await findFreePort();
    await once(server.listen(port, '127.0.0.1'), 'listening');
    suite.use({ close: async () => void (await once(server.close(), 'close')) });
    await suite.knowHosts(knownHostsLines('127.0.0.1', port, [hostKey]));
    const engine = suite.engine();
    const address = { host: '127.0.0.1', port, user: 'ana' };
    engine.remembered.set(secretSlotKey({ kind: 'password', ...address }), 'of old');
    const profiles = await startMany(engine, address, { method: 'password' });
    const { one, prompt } = await untilOneAsks(engine, profiles);
    expect(tries).toBe(2);
    engine.remembered.set(secretSlotKey({ kind: 'password', ...address }), 'new');
    await engine.answer(one, prompt.id, secret('new'));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect([countPrompts(engine, profiles), tries]).toEqual([1, 2]);
    await Promise.all(profiles.map((profile) => engine.stop(profile)));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'stopped')));
  });

  it('with one encrypted key ask for its passphrase once', async () => {
    const key = suite.use(await createClientKey({ passphrase: 'open sesame', kdfRounds: 1 }));
    const sshd = await suite.sshd({ authorizedKeys: [key.publicKeyLine] });
    const engine = suite.engine();
    const profiles = await startMany(engine, sshd, { method: 'keyFile', keyFile: key.path });
    const { one, prompt } = await untilOneAsks(engine, profiles);
    expect(prompt.kind).toBe('passphrase');
    await engine.answer(one, prompt.id, secret('open sesame'));
    await Promise.all(profiles.map((profile) => engine.until(profile, 'open')));
    expect(countPrompts(engine, profiles)).toBe(1);
  });

  it('with one wrong password of a proxy show it to the proxy once', async () => {
    let tries = 0;
    const proxy = suite.use(
      await startTcpServer((client) => {
        client.on('error', () => {});
        client.once('data', () => {
          tries += 1;
          client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n');
        });
      }),
    );
    const sshd = await suite.sshd();
    const engine = suite.engine();
    const { port } = proxy;
    engine.remembered.set(
      secretSlotKey({ kind: 'proxyPassword', proxy: 'http', user: 'ana', host: '127.0.0.1', port }),
      randomUUID(),
    );
    const profiles = await startMany(
      engine,
      sshd,
      { method: 'keyFile', keyFile: sshd.identityFile },
      { proxy: { kind: 'http', host: '127.0.0.1', port, user: 'ana' } },
    );
    const { one, prompt } = await untilOneAsks(engine, profiles);
    expect(tries).toBe(1);
    await engine.answer(one, prompt.id, { kind: 'cancel' });
    await Promise.all(profiles.map((profile) => engine.until(profile, 'failed')));
    for (const { id } of profiles)
      expect(engine.snapshot(id).state).toMatchObject({ error: { code: 'loginCancelled', port } });
    expect(countPrompts(engine, profiles)).toBe(1);
  });
});

function statuses(engine: EngineUnderTest, id: string): readonly string[] {
  return (engine.history.get(id) ?? []).map(({ state }) => state.status);
}
