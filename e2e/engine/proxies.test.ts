import net from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Profile } from '#shared/profile.ts';
import type { ProxySetting } from '#shared/proxy.ts';
import { secretSlotKey } from '#shared/secret-slot.ts';
import { engineSuite, keyFile } from '../support/engine-suite.ts';
import {
  dynamicForward,
  type EngineUnderTest,
  localForward,
  testProfile,
} from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import { startHttpProxy } from '../support/http-proxy.ts';
import type { Sshd } from '../support/sshd.ts';
import { startBannerServer, startBlackHole, startSource } from '../support/targets.ts';
import { dialTcp, expectGreeting, hashToEnd } from '../support/tcp-client.ts';
import { startTcpServer } from '../support/tcp-server.ts';

const suite = engineSuite();

async function profileBy(proxy: ProxySetting, sshd: Sshd, target: { host: string; port: number }) {
  const forward = localForward(await findFreePort(), target);
  return { profile: { ...testProfile(sshd, keyFile(sshd), [forward]), proxy }, port: forward.bind.port };
}

async function failure(engine: EngineUnderTest, profile: Profile) {
  await engine.start(profile);
  const state = await engine.untilState(profile, ({ status }) => status === 'waiting' || status === 'failed');
  return 'error' in state ? state.error : null;
}

describe('a tunnel by way of a SOCKS 5 proxy', () => {
  it('goes through it, name resolution and all, and carries every byte', async () => {
    const sshd = await suite.sshd();
    const source = suite.use(await startSource(2_000_000));
    // A real proxy: the SOCKS listener of another tunnel of ours, whose server then connects to the same sshd.
    const socksPort = await findFreePort();
    const { engine } = await suite.open(sshd, [dynamicForward(socksPort)]);
    const { profile, port } = await profileBy(
      { kind: 'socks5', host: '127.0.0.1', port: socksPort, user: '' },
      sshd,
      source,
    );
    await engine.start(profile);
    await engine.untilForward(profile, 0, 'listening');
    await engine.until(profile, 'open');
    expect(await hashToEnd(await dialTcp(port))).toEqual({ bytes: source.bytes, sha256: source.sha256 });
  });

  it('logs in there with a password that it asks for, again after a wrong one', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const proxy = suite.use(await startSocksWithLogin('ana', 'right'));
    const { profile, port } = await profileBy(
      { kind: 'socks5', host: proxy.host, port: proxy.port, user: 'ana' },
      sshd,
      target,
    );
    const engine = suite.engine();
    await engine.start(profile);
    const first = await engine.untilPrompt(profile, 'proxyPassword');
    expect(first).toMatchObject({ user: 'ana', host: proxy.host, port: proxy.port, attempt: 1 });
    await engine.answer(profile, first.id, { kind: 'secret', secret: 'wrong', remember: false });
    await engine.untilState(profile, (state) => state.status === 'needsUser' && state.prompt.id !== first.id);
    const second = await engine.untilPrompt(profile, 'proxyPassword');
    expect(second.attempt).toBe(2);
    await engine.answer(profile, second.id, { kind: 'secret', secret: 'right', remember: false });
    await engine.until(profile, 'open');
    await expectGreeting(port);
    expect(engine.accepted).toContainEqual({
      kind: 'proxyPassword',
      proxy: 'socks5',
      user: 'ana',
      host: proxy.host,
      port: proxy.port,
    });
  });

  it('names a proxy that is not there, is none, will not connect, or says nothing', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const engine = suite.engine({ connectMs: 700 });
    const by = async (host: string, port: number) =>
      failure(engine, (await profileBy({ kind: 'socks5', host, port, user: '' }, sshd, target)).profile);
    const nobody = await findFreePort();
    expect(await by('127.0.0.1', nobody)).toEqual({
      code: 'proxyUnreachable',
      host: '127.0.0.1',
      port: nobody,
      detail: 'connectionRefused',
    });
    expect(await by(target.host, target.port)).toMatchObject({ code: 'notSuchAProxy', kind: 'socks5' });
    const silent = suite.use(await startBlackHole());
    expect(await by(silent.host, silent.port)).toMatchObject({
      code: 'proxyUnreachable',
      detail: 'connectTimedOut',
    });
    const refusing = suite.use(
      await startTcpServer((client) => {
        client.once('data', () => {
          client.once('data', () => client.end(Buffer.from([5, 2, 0, 1, 0, 0, 0, 0, 0, 0])));
          client.write(Buffer.from([5, 0]));
        });
      }),
    );
    expect(await by(refusing.host, refusing.port)).toMatchObject({
      code: 'proxyRefused',
      target: { host: sshd.host, port: sshd.port },
      detail: 'its rules do not allow it',
    });
  });
});

describe('a tunnel by way of an HTTP proxy', () => {
  it('goes through its CONNECT, and names the host for the proxy to look up', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const proxy = suite.use(await startHttpProxy());
    const { profile, port } = await profileBy(
      { kind: 'http', host: proxy.host, port: proxy.port, user: '' },
      sshd,
      target,
    );
    const engine = suite.engine();
    await engine.start(profile);
    await engine.until(profile, 'open');
    await expectGreeting(port);
    expect(proxy.asked).toEqual([`${sshd.host}:${sshd.port}`]);
  });

  it('gives up after three wrong passwords, and says whose they were', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const proxy = suite.use(await startHttpProxy({ user: 'ana', password: 'right' }));
    const { profile } = await profileBy(
      { kind: 'http', host: proxy.host, port: proxy.port, user: 'ana' },
      sshd,
      target,
    );
    const engine = suite.engine();
    await engine.start(profile);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await engine.untilState(
        profile,
        (state) =>
          state.status === 'needsUser' &&
          state.prompt.kind === 'proxyPassword' &&
          state.prompt.attempt === attempt,
      );
      const prompt = await engine.untilPrompt(profile, 'proxyPassword');
      await engine.answer(profile, prompt.id, {
        kind: 'secret',
        secret: `wrong ${attempt}`,
        remember: false,
      });
    }
    const { error } = await engine.until(profile, 'failed');
    expect(error).toMatchObject({ code: 'proxyLoginRefused', user: 'ana', port: proxy.port });
    expect(proxy.asked).toHaveLength(3);
  });

  it('asks nobody any more once the tunnel is stopped, or the question is cancelled', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const proxy = suite.use(await startHttpProxy({ user: 'ana', password: 'right' }));
    const { profile } = await profileBy(
      { kind: 'http', host: proxy.host, port: proxy.port, user: 'ana' },
      sshd,
      target,
    );
    const engine = suite.engine();
    await engine.start(profile);
    await engine.untilPrompt(profile, 'proxyPassword');
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    await engine.start(profile);
    const prompt = await engine.untilPrompt(profile, 'proxyPassword');
    await engine.answer(profile, prompt.id, { kind: 'cancel' });
    const { error } = await engine.until(profile, 'failed');
    expect(error).toEqual({ code: 'loginCancelled', host: proxy.host, port: proxy.port });
    await engine.start(profile);
    const again = await engine.untilPrompt(profile, 'proxyPassword');
    await engine.answer(profile, again.id, { kind: 'secret', secret: 'right', remember: false });
    await engine.until(profile, 'open');
  });

  it('is never given the password of an account, though that has the same name at the same address', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const proxy = suite.use(await startHttpProxy({ user: 'ana', password: 'right' }));
    const { host, port } = proxy;
    const { profile } = await profileBy({ kind: 'http', host, port, user: 'ana' }, sshd, target);
    const engine = suite.engine();
    engine.remembered.set(secretSlotKey({ kind: 'password', user: 'ana', host, port }), 'of the account');
    await engine.start(profile);
    await engine.untilPrompt(profile, 'proxyPassword');
    expect(proxy.asked).toEqual([]);
  });

  it('is called no proxy when its answer has no end, and not asked thrice for a login that it does not take', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const engine = suite.engine();
    const answering = async (answer: string) =>
      suite.use(await startTcpServer((client) => void client.once('data', () => client.write(answer))));
    const by = async ({ host, port }: { host: string; port: number }, user: string) =>
      (await profileBy({ kind: 'http', host, port, user }, sshd, target)).profile;
    const endless = await answering(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`);
    expect(await failure(engine, await by(endless, ''))).toMatchObject({
      code: 'notSuchAProxy',
      kind: 'http',
    });
    const other = await answering(
      'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\r\n',
    );
    const { host, port } = other;
    engine.remembered.set(
      secretSlotKey({ kind: 'proxyPassword', proxy: 'http', user: 'ana', host, port }),
      'right',
    );
    expect(await failure(engine, await by(other, 'ana'))).toMatchObject({
      code: 'proxyRefused',
      detail: 'it wants a login of another kind than Basic',
    });
  });

  it('says that it wants a login where the profile has none, and that it could not connect', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const engine = suite.engine();
    const locked = suite.use(await startHttpProxy({ user: 'ana', password: 'right' }));
    const first = await profileBy(
      { kind: 'http', host: locked.host, port: locked.port, user: '' },
      sshd,
      target,
    );
    expect(await failure(engine, first.profile)).toMatchObject({ code: 'proxyLoginRefused', user: '' });
    const free = suite.use(await startHttpProxy());
    const second = await profileBy(
      { kind: 'http', host: free.host, port: free.port, user: '' },
      sshd,
      target,
    );
    await sshd.stop();
    expect(await failure(engine, second.profile)).toMatchObject({
      code: 'proxyRefused',
      detail: 'it answered 502 Bad Gateway',
    });
  });
});

describe('a tunnel by way of a program', () => {
  it('runs only the very command that the user allowed', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const command = 'socat - TCP:%h:%p';
    const { profile, port } = await profileBy({ kind: 'command', command }, sshd, target);
    const engine = suite.engine();
    for (const allowed of [undefined, 'socat - TCP:%h:%p ']) {
      const asked: Profile = { ...profile, proxy: { kind: 'command', command, ...(allowed && { allowed }) } };
      expect(await failure(engine, asked)).toEqual({ code: 'commandNotAllowed', command });
    }
    const allowed: Profile = { ...profile, proxy: { kind: 'command', command, allowed: command } };
    await engine.update(allowed);
    await engine.start(allowed);
    await engine.until(allowed, 'open');
    await expectGreeting(port);
  });

  it('ends it with its children on Stop, and runs it again when it died', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const pidFile = `${suite.home()}/pids`;
    const command = `sh -c 'echo $$ >> ${pidFile}; socat - TCP:%h:%p | cat'`;
    const { profile } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
    const engine = suite.engine();
    await engine.start(profile);
    await engine.until(profile, 'open');
    const [first = 0] = await pidsIn(pidFile);
    process.kill(-first, 'SIGKILL');
    const { error } = await engine.until(profile, 'waiting');
    expect(error).toMatchObject({ code: 'commandEnded', command, exitCode: null });
    await engine.until(profile, 'open');
    const [, second = 0] = await pidsIn(pidFile);
    expect(second).not.toBe(first);
    await engine.stop(profile);
    await engine.until(profile, 'stopped');
    await eventually(() => expect(() => process.kill(-second, 0)).toThrow('ESRCH'));
  });

  it('runs it again whatever it said before it was through', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const words = 'Permission denied is no joke. Never share your password.';
    const command = `sh -c 'echo ${words} >&2; exec socat - TCP:%h:%p'`;
    const { profile } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
    const engine = suite.engine();
    await engine.start(profile);
    await engine.until(profile, 'open');
    await sshd.dropSessions();
    await engine.until(profile, 'waiting');
    await engine.until(profile, 'open');
  });

  it.each(['stopped', 'closed'] as const)(
    'leaves nobody of it behind that ignores the request to go, whoever of it ends first, when it is %s',
    async (how) => {
      const sshd = await suite.sshd();
      const target = suite.use(await startBannerServer());
      const pidFile = `${suite.home()}/stubborn-${how}`;
      const stubborn = `trap "" TERM HUP; echo $$ >> ${pidFile}; while :; do sleep 1; done`;
      const command = `sh -c 'sh -c "${stubborn.replaceAll('$', '\\$').replaceAll('"', '\\"')}" & socat - TCP:%h:%p'`;
      const { profile } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
      const engine = suite.engine();
      await engine.start(profile);
      await engine.until(profile, 'open');
      const [pid = 0] = await eventually(() => pidsIn(pidFile));
      if (how === 'closed') await engine.close();
      else await engine.stop(profile);
      await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'));
    },
  );

  it('shows the last words and the status of one that fails', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const command = "sh -c 'echo no way to %h >&2; exit 3'";
    const { profile } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
    expect(await failure(suite.engine(), profile)).toEqual({
      code: 'commandEnded',
      command,
      exitCode: 3,
      said: `no way to ${sshd.host}`,
    });
  });

  it('lets no host or user name become a command', async () => {
    const sshd = await suite.sshd();
    const target = suite.use(await startBannerServer());
    const command = 'socat - TCP:%h:%p # %r';
    const { profile } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
    const engine = suite.engine();
    const marker = `${suite.home()}/was-run`;
    for (const user of [
      `a$(touch ${marker})`,
      `a;touch ${marker}`,
      '-oProxyCommand=x',
      `a\`touch ${marker}\``,
    ]) {
      const tricky: Profile = { ...profile, server: { ...profile.server, user } };
      await engine.update(tricky);
      expect(await failure(engine, tricky)).toMatchObject({ code: 'commandUnusable' });
    }
    await expect(import('node:fs/promises').then(({ stat }) => stat(marker))).rejects.toThrow('ENOENT');
  });

  it('comes before a jump host too', async () => {
    const gate = await suite.sshd();
    const sshd = await suite.sshd();
    await suite.knowHosts(gate.knownHosts() + sshd.knownHosts());
    const target = suite.use(await startBannerServer());
    const command = 'socat - TCP:%h:%p';
    const { profile, port } = await profileBy({ kind: 'command', command, allowed: command }, sshd, target);
    const { host, port: gatePort, user } = gate;
    const far: Profile = {
      ...profile,
      jumpHosts: [{ server: { host, port: gatePort, user }, login: keyFile(gate), legacyAlgorithms: false }],
    };
    const engine = suite.engine();
    await engine.start(far);
    await engine.until(far, 'open');
    await expectGreeting(port);
  });
});

async function pidsIn(file: string): Promise<readonly number[]> {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(file, 'utf8')).trim().split('\n').map(Number);
}

/** RFC 1929: takes one user and password, then connects to IPv4 addresses. */
async function startSocksWithLogin(user: string, password: string) {
  const targets = new Set<net.Socket>();
  const server = await startTcpServer((client) => {
    let step = 0;
    const onData = (data: Buffer) => {
      step += 1;
      if (step === 1) client.write(Buffer.from([5, data.includes(2, 2) ? 2 : 255]));
      if (step === 2) {
        const userLength = data[1] ?? 0;
        const givenUser = data.subarray(2, 2 + userLength).toString();
        const given = data.subarray(3 + userLength).toString();
        const isRight = givenUser === user && given === password;
        client.write(Buffer.from([1, isRight ? 0 : 1]));
        if (!isRight) client.end();
      }
      if (step === 3) {
        client.off('data', onData);
        const host = [...data.subarray(4, 8)].join('.');
        const target = net.connect(data.readUInt16BE(8), host, () => {
          client.write(Buffer.from([5, 0, 0, 3, 4, ...Buffer.from('name'), 0, 0]));
          target.pipe(client).pipe(target);
        });
        targets.add(target);
        target.on('error', () => client.destroy());
        client.on('close', () => target.destroy());
      }
    };
    client.on('data', onData);
  });
  return {
    ...server,
    close: async () => {
      for (const target of targets) target.destroy();
      await server.close();
    },
  };
}
