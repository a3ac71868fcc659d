import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Forward } from '#shared/profile.ts';
import { engineSuite, type OpenTunnel } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort, findRefusingPort } from '../support/free-port.ts';
import { startBannerServer, startEchoServer } from '../support/targets.ts';
import { connectTcp, expectGreeting, isListening } from '../support/tcp-client.ts';

const suite = engineSuite();
const run = promisify(execFile);

async function banner(text?: string) {
  return suite.use(await startBannerServer(text === undefined ? {} : { banner: text }));
}

/** A page that says under which name it was asked for. */
async function startWebPage() {
  const server = http.createServer((request, response) => {
    response.setHeader('connection', 'close');
    response.end(`page of ${request.headers.host}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  suite.use({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** The real curl, with no configuration and no proxy but the given one. */
async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['-q', '--silent', '--show-error', '--max-time', '10', ...args]);
  return stdout;
}

function stateOf({ engine, profile }: OpenTunnel, index: number) {
  return engine.snapshot(profile.id).forwards[index]?.state;
}

describe('a local forward', () => {
  it('leads to the target and says that it answered', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [localForward(port, target)]);
    const before = engine.snapshot(profile.id).forwards[0];
    expect(before).toMatchObject({
      state: { status: 'listening', bound: [{ host: '127.0.0.1', port }] },
      target: { status: 'unknown' },
    });
    await expectGreeting(port);
    expect(engine.snapshot(profile.id).forwards[0]?.target).toMatchObject({
      status: 'answered',
      at: expect.any(Number),
    });
  });

  it('listens on both loopback addresses for localhost', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    await suite.open(sshd, [localForward(port, target, 'localhost')]);
    await expectGreeting(port, '* OK', '127.0.0.1');
    await expectGreeting(port, '* OK', '::1');
    expect(await isListening(port, '127.0.0.2')).toBe(false);
  });

  it('resets the client and says so when the target refuses, and again when it answers', async () => {
    const sshd = await suite.sshd();
    const targetPort = await findRefusingPort();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [
      localForward(port, { host: '127.0.0.1', port: targetPort }),
    ]);
    const client = suite.use(await connectTcp(port));
    expect(await client.ended).toBe('reset');
    expect(engine.snapshot(profile.id).forwards[0]?.target).toMatchObject({
      status: 'failed',
      error: { code: 'targetRefused', target: { port: targetPort } },
    });
    suite.use(await startBannerServer({ port: targetPort }));
    await expectGreeting(port);
    expect(engine.snapshot(profile.id).forwards[0]?.target.status).toBe('answered');
    expect(engine.snapshot(profile.id).state.status).toBe('open');
  });

  it('names a target that the server does not allow', async () => {
    const target = await banner();
    const sshd = await suite.sshd({ permitOpen: ['127.0.0.1:1'] });
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [localForward(port, target)]);
    expect(await suite.use(await connectTcp(port)).ended).toBe('reset');
    expect(engine.snapshot(profile.id).forwards[0]?.target).toMatchObject({
      status: 'failed',
      error: { code: 'targetNotAllowed', target: { port: target.port } },
    });
  });

  it('lets a client wait for the session and then through', async () => {
    const sshd = await suite.sshd();
    await sshd.kill();
    const target = await banner();
    const port = await findFreePort();
    const engine = suite.engine();
    const profile = testProfile(sshd, { method: 'keyFile', keyFile: sshd.identityFile }, [
      localForward(port, target),
    ]);
    await engine.start(profile);
    await engine.until(profile, 'waiting');
    const client = suite.use(await connectTcp(port));
    await sshd.restart();
    await client.waitFor('* OK');
  });
});

describe('a remote forward', () => {
  it('leads from the server to a target here', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [remoteForward(port, target)]);
    expect(engine.snapshot(profile.id).forwards[0]?.state).toMatchObject({
      status: 'listening',
      bound: [{ host: 'localhost', port }],
    });
    await expectGreeting(port);
    expect(engine.snapshot(profile.id).forwards[0]?.target.status).toBe('answered');
  });

  it('shows the port that the server chose for port 0', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const tunnel = await suite.open(sshd, [remoteForward(0, target), remoteForward(0, target)]);
    const ports = [0, 1].map((index) => {
      const state = stateOf(tunnel, index);
      return state?.status === 'listening' ? (state.bound[0]?.port ?? 0) : 0;
    });
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) await expectGreeting(port);
  });

  it('hangs up on the client and says so when the target here refuses', async () => {
    const sshd = await suite.sshd();
    const targetPort = await findRefusingPort();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [
      remoteForward(port, { host: '127.0.0.1', port: targetPort }),
    ]);
    await suite.use(await connectTcp(port)).ended;
    await eventually(() =>
      expect(engine.snapshot(profile.id).forwards[0]?.target).toMatchObject({
        status: 'failed',
        error: { code: 'targetRefused', target: { port: targetPort }, detail: 'ECONNREFUSED' },
      }),
    );
  });

  it('stays on the server’s loopback under GatewayPorts no, though all addresses were asked for', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const target = await banner();
    const port = await findFreePort();
    await suite.open(sshd, [{ ...remoteForward(port, target, '*'), exposureConfirmedFor: '*' }]);
    await expectGreeting(port);
    expect(await isListening(port, '127.0.0.2')).toBe(false);
  });

  it('listens where it was asked to under GatewayPorts clientspecified', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'clientspecified' });
    const target = await banner();
    const [open, narrow] = [await findFreePort(), await findFreePort()];
    await suite.open(sshd, [
      { ...remoteForward(open, target, '*'), exposureConfirmedFor: '*' },
      remoteForward(narrow, target, '127.0.0.2'),
    ]);
    for (const host of ['127.0.0.1', '127.0.0.2', '::1']) await expectGreeting(open, '* OK', host);
    await expectGreeting(narrow, '* OK', '127.0.0.2');
    expect(await isListening(narrow, '127.0.0.1')).toBe(false);
  });
});

describe('a dynamic forward', () => {
  it.each(['--socks4', '--socks4a', '--socks5', '--socks5-hostname'])('serves curl %s', async (version) => {
    const sshd = await suite.sshd();
    const page = await startWebPage();
    const port = await findFreePort();
    const { engine, profile } = await suite.open(sshd, [dynamicForward(port)]);
    expect(await curl(version, `127.0.0.1:${port}`, `http://localhost:${page.port}/`)).toBe(
      `page of localhost:${page.port}`,
    );
    expect(engine.snapshot(profile.id).forwards[0]?.target.status).toBe('notApplicable');
  });

  it('has names looked up by the server, for SOCKS 4a and 5', async () => {
    const page = await startWebPage();
    // sshd compares what it is asked for, letter by letter: an address that was looked up here would be refused.
    const sshd = await suite.sshd({ permitOpen: [`localhost:${page.port}`] });
    const port = await findFreePort();
    await suite.open(sshd, [dynamicForward(port)]);
    const url = `http://localhost:${page.port}/`;
    expect(await curl('--socks4a', `127.0.0.1:${port}`, url)).toContain('page of');
    expect(await curl('--socks5-hostname', `127.0.0.1:${port}`, url)).toContain('page of');
    await expect(curl('--socks5', `127.0.0.1:${port}`, url)).rejects.toThrow(/SOCKS5/);
    await expect(curl('--socks4', `127.0.0.1:${port}`, url)).rejects.toThrow(/SOCKS4/);
  });

  it('tells the SOCKS client when the target refuses', async () => {
    const sshd = await suite.sshd();
    const refusing = await findRefusingPort();
    const port = await findFreePort();
    await suite.open(sshd, [dynamicForward(port)]);
    const url = `http://127.0.0.1:${refusing}/`;
    await expect(curl('--socks5-hostname', `127.0.0.1:${port}`, url)).rejects.toMatchObject({ code: 97 });
    await expect(curl('--socks4a', `127.0.0.1:${port}`, url)).rejects.toMatchObject({ code: 97 });
  });
});

describe('forwards of one profile', () => {
  it('run on one session', async () => {
    const sshd = await suite.sshd();
    const [one, two, page] = [await banner('one\n'), await banner('two\n'), await startWebPage()];
    const ports = await Promise.all([1, 2, 3, 4].map(() => findFreePort()));
    const [first = 0, second = 0, remote = 0, socks = 0] = ports;
    await suite.open(sshd, [
      localForward(first, one),
      localForward(second, two),
      remoteForward(remote, two),
      dynamicForward(socks),
    ]);
    expect(sshd.sessionPids()).toHaveLength(1);
    await expectGreeting(first, 'one');
    await expectGreeting(second, 'two');
    await expectGreeting(remote, 'two');
    expect(await curl('--socks5', `127.0.0.1:${socks}`, `http://127.0.0.1:${page.port}/`)).toContain(
      'page of',
    );
  });

  it('wait alone while a local port is busy, and take it as soon as it is free', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const [free, busy] = [await findFreePort(), await startEchoServer()];
    suite.use(busy);
    const engine = suite.engine();
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    const profile = testProfile(sshd, login, [localForward(busy.port, target), localForward(free, target)]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect((await engine.untilForward(profile, 0, 'retrying')).state).toMatchObject({
      error: {
        code: 'portInUse',
        endpoint: { host: '127.0.0.1', port: busy.port },
        holder: {
          kind: 'program',
          pid: process.pid,
          name: expect.stringMatching(/\w/),
          address: '127.0.0.1',
        },
      },
    });
    await engine.untilForward(profile, 1, 'listening');
    await expectGreeting(free);
    await busy.close();
    await engine.untilForward(profile, 0, 'listening');
    await expectGreeting(busy.port);
    expect(sshd.sessionPids()).toHaveLength(1);
  });

  it('are tried again by Start, and by every new session, once their remote port is free', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const [first, second] = [suite.use(await startEchoServer()), suite.use(await startEchoServer())];
    const engine = suite.engine();
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    const profile = testProfile(sshd, login, [
      remoteForward(first.port, target, '127.0.0.1'),
      remoteForward(second.port, target, '127.0.0.1'),
    ]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    for (const index of [0, 1]) await engine.untilForward(profile, index, 'refused');

    await second.close();
    await engine.start(profile);
    await engine.untilForward(profile, 1, 'listening');
    expect(sshd.sessionPids()).toHaveLength(1);
    await engine.untilForward(profile, 0, 'refused');

    await first.close();
    await sshd.restart();
    await engine.untilForward(profile, 0, 'listening');
    await engine.until(profile, 'open');
    for (const { port } of [first, second]) await expectGreeting(port);
  });

  it.each([
    ['PermitListen', { permitListen: ['localhost:1'] }],
    ['AllowTcpForwarding', { allowTcpForwarding: 'local' }],
  ] as const)('are refused alone when the server forbids a remote one by %s', async (_name, settings) => {
    const sshd = await suite.sshd(settings);
    const target = await banner();
    const [local, remote] = [await findFreePort(), await findFreePort()];
    const engine = suite.engine();
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    const profile = testProfile(sshd, login, [remoteForward(remote, target), localForward(local, target)]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    expect((await engine.untilForward(profile, 0, 'refused')).state).toMatchObject({
      error: { code: 'remoteForwardRefused', endpoint: { host: 'localhost', port: remote } },
    });
    await expectGreeting(local);
    expect(engine.snapshot(profile.id).state.status).toBe('open');
  });

  it('are refused alone when a remote port is busy on the first start', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const [local, busy] = [await findFreePort(), await banner('somebody else\n')];
    const engine = suite.engine();
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    // Not localhost: sshd says yes as soon as it gets one of its two addresses.
    const profile = testProfile(sshd, login, [
      remoteForward(busy.port, target, '127.0.0.1'),
      localForward(local, target),
    ]);
    await engine.start(profile);
    await engine.until(profile, 'open');
    await engine.untilForward(profile, 0, 'refused');
    await expectGreeting(local);
    await expectGreeting(busy.port, 'somebody else');
  });

  it('are switched off and on, added and dropped without a reconnect', async () => {
    const sshd = await suite.sshd();
    const target = await banner();
    const ports = await Promise.all([1, 2, 3].map(() => findFreePort()));
    const [local = 0, remote = 0, added = 0] = ports;
    const forwards: readonly Forward[] = [localForward(local, target), remoteForward(remote, target)];
    const { engine, profile } = await suite.open(sshd, forwards);
    const sessions = sshd.sessionPids();
    const apply = (next: readonly Forward[]) => engine.update({ ...profile, forwards: [...next] });

    await apply(forwards.map((forward) => ({ ...forward, enabled: false })));
    await engine.untilForward(profile, 0, 'off');
    await engine.untilForward(profile, 1, 'off');
    await eventually(async () => expect(await isListening(local)).toBe(false));
    await eventually(async () => expect(await isListening(remote)).toBe(false));

    await apply([...forwards, dynamicForward(added)]);
    for (const index of [0, 1, 2]) await engine.untilForward(profile, index, 'listening');
    await expectGreeting(local);
    await expectGreeting(remote);
    expect(await isListening(added)).toBe(true);

    await apply(forwards.slice(1));
    await eventually(() => expect(engine.snapshot(profile.id).forwards).toHaveLength(1));
    await eventually(async () => expect(await isListening(local)).toBe(false));
    await eventually(async () => expect(await isListening(added)).toBe(false));
    await expectGreeting(remote);

    expect(sshd.sessionPids()).toEqual(sessions);
    expect(engine.history.get(profile.id)?.at(-1)?.lastError).toBeNull();
  });

  it('swap their ports on an open tunnel', async () => {
    const sshd = await suite.sshd();
    const [one, two] = [await banner('one\n'), await banner('two\n')];
    const ports = await Promise.all([1, 2, 3, 4].map(() => findFreePort()));
    const [a = 0, b = 0, c = 0, d = 0] = ports;
    const { engine, profile } = await suite.open(sshd, [
      localForward(a, one),
      localForward(b, two),
      remoteForward(c, one),
      remoteForward(d, two),
    ]);
    const sessions = sshd.sessionPids();
    const swapped = profile.forwards.map((forward) => {
      const port = { [a]: b, [b]: a, [c]: d, [d]: c }[forward.bind.port] ?? 0;
      return { ...forward, bind: { ...forward.bind, port } };
    });
    await engine.update({ ...profile, forwards: swapped });
    await eventually(() => expectGreeting(a, 'two'));
    await eventually(() => expectGreeting(b, 'one'));
    await eventually(() => expectGreeting(c, 'two'));
    await eventually(() => expectGreeting(d, 'one'));
    for (const index of [0, 1, 2, 3]) await engine.untilForward(profile, index, 'listening');
    expect(sshd.sessionPids()).toEqual(sessions);
  });

  it('take a new target without a reconnect', async () => {
    const sshd = await suite.sshd();
    const [one, two] = [await banner('one\n'), await banner('two\n')];
    const port = await findFreePort();
    const forward = localForward(port, one);
    const { engine, profile } = await suite.open(sshd, [forward]);
    const sessions = sshd.sessionPids();
    await expectGreeting(port, 'one');
    await engine.update({
      ...profile,
      forwards: [{ ...forward, target: { host: two.host, port: two.port } }],
    });
    await eventually(() => expectGreeting(port, 'two'));
    expect(sshd.sessionPids()).toEqual(sessions);
  });
});

describe('an exposed forward', () => {
  it('is refused until the user confirmed that very address', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'yes' });
    const target = await banner();
    const [local, remote, other] = [await findFreePort(), await findFreePort(), await findFreePort()];
    const forwards: readonly Forward[] = [
      localForward(local, target, '*'),
      remoteForward(remote, target, '*'),
      { ...dynamicForward(other), bind: { address: '0.0.0.0', port: other }, exposureConfirmedFor: '*' },
    ];
    const engine = suite.engine();
    const login = { method: 'keyFile', keyFile: sshd.identityFile } as const;
    const profile = testProfile(sshd, login, forwards);
    await engine.start(profile);
    await engine.until(profile, 'open');
    for (const [index, { bind }] of forwards.entries()) {
      expect((await engine.untilForward(profile, index, 'refused')).state).toMatchObject({
        error: { code: 'exposureNotConfirmed', endpoint: { host: bind.address, port: bind.port } },
      });
      expect(await isListening(bind.port)).toBe(false);
    }
    const confirmed = forwards.map((forward) => ({ ...forward, exposureConfirmedFor: forward.bind.address }));
    await engine.update({ ...profile, forwards: confirmed });
    for (const index of [0, 1, 2]) await engine.untilForward(profile, index, 'listening');
    await expectGreeting(local, '* OK', '127.0.0.2');
    await expectGreeting(local, '* OK', '::1');
    await expectGreeting(remote, '* OK', '127.0.0.2');
    expect(await isListening(other, '127.0.0.2')).toBe(true);
  });
});
