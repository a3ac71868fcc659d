import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ProbeOutcome, ProbeRequest } from '#shared/probe.ts';
import { engineSuite, type OpenTunnel } from '../support/engine-suite.ts';
import { dynamicForward, localForward, remoteForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort, findRefusingPort } from '../support/free-port.ts';
import { startBannerServer, startBlackHole } from '../support/targets.ts';
import { connectTcp, dialThroughSocks5 } from '../support/tcp-client.ts';
import { startTcpServer, type TcpTarget } from '../support/tcp-server.ts';
import { startTlsServer } from '../support/tls-server.ts';

const suite = engineSuite();

async function ask({ engine, profile }: OpenTunnel, request: ProbeRequest = {}, index = 0) {
  const forwardId = profile.forwards[index]?.id ?? '';
  return engine.engine.handlers['forwards.probe']({ id: profile.id, forwardId, ...request });
}

async function probe(tunnel: OpenTunnel, request?: ProbeRequest, index?: number): Promise<ProbeOutcome> {
  const result = await ask(tunnel, request, index);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function targetOf({ engine, profile }: OpenTunnel, index = 0) {
  return engine.snapshot(profile.id).forwards[index]?.target;
}

/** A target that does to each client what a test wants. */
async function target(serve: (client: Socket) => void): Promise<TcpTarget> {
  return suite.use(await startTcpServer(serve));
}

/** A tunnel whose only forward leads to that target. */
async function tunnelTo(
  place: { readonly host: string; readonly port: number },
  sshdOptions: Parameters<typeof suite.sshd>[0] = {},
): Promise<OpenTunnel> {
  const sshd = await suite.sshd(sshdOptions);
  return suite.open(sshd, [localForward(await findFreePort(), place)]);
}

describe('a probe through a local forward', () => {
  it('shows what a mail server says, and the target light learns it', async () => {
    const tunnel = await tunnelTo(suite.use(await startBannerServer()));
    const outcome = await probe(tunnel);
    expect(outcome).toMatchObject({
      tested: 'forward',
      sent: null,
      answer: { kind: 'banner', service: 'imap', text: '* OK Culvert test server ready', isComplete: true },
    });
    expect(outcome.firstByteMs).toBeGreaterThan(0);
    expect(outcome.firstByteMs).toBeLessThan(1_000);
    expect(targetOf(tunnel)).toEqual({
      status: 'answered',
      at: outcome.at,
      probe: { summary: 'said * OK Culvert test server…', hungUp: false },
    });
  });

  it('goes through the bound listener of one address, and of all', async () => {
    const sshd = await suite.sshd();
    const place = suite.use(await startBannerServer());
    const [narrow, wide] = [await findFreePort('127.0.0.2'), await findFreePort()];
    const tunnel = await suite.open(sshd, [
      localForward(narrow, place, '127.0.0.2'),
      { ...localForward(wide, place, '*'), exposureConfirmedFor: '*' },
    ]);
    expect((await probe(tunnel, {}, 0)).answer).toMatchObject({ kind: 'banner', service: 'imap' });
    expect((await probe(tunnel, {}, 1)).answer).toMatchObject({ kind: 'banner', service: 'imap' });
  });

  it('reads the server itself, and waits for all lines of a greeting', async () => {
    const sshd = await suite.sshd();
    const mail = await target((client) => {
      client.write('220-mx.example.org ESMTP\r\n');
      setTimeout(() => client.write('220 no spam please\r\n'), 300);
    });
    const tunnel = await suite.open(sshd, [
      localForward(await findFreePort(), sshd),
      localForward(await findFreePort(), mail),
    ]);
    expect((await probe(tunnel)).answer).toMatchObject({
      kind: 'banner',
      service: 'ssh',
      text: expect.stringMatching(/^SSH-2\.0-OpenSSH/),
    });
    expect((await probe(tunnel, {}, 1)).answer).toMatchObject({
      service: 'smtp',
      text: '220-mx.example.org ESMTP\n220 no spam please',
      isComplete: true,
    });
  });

  it('asks a web server for nothing but its head', async () => {
    const asked: string[] = [];
    const web = await target((client) =>
      client.on('data', (chunk: Buffer) => {
        asked.push(chunk.toString());
        client.end('HTTP/1.1 301 Moved\r\nServer: Culvert\x1b[31m/1\r\nLocation: /x\r\n\r\n');
      }),
    );
    const tunnel = await tunnelTo({ host: 'localhost', port: web.port });
    expect((await probe(tunnel, { speech: 'http' })).answer).toEqual({
      kind: 'http',
      statusLine: 'HTTP/1.1 301 Moved',
      server: 'Culvert\\x1b[31m/1',
    });
    expect(asked).toEqual([
      `HEAD / HTTP/1.1\r\nHost: localhost:${web.port}\r\nUser-Agent: Culvert\r\nConnection: close\r\n\r\n`,
    ]);
  });

  it('shows whose certificate a TLS server has, and that nobody trusts it', async () => {
    const server = suite.use(await startTlsServer());
    const tunnel = await tunnelTo(server);
    const outcome = await probe(tunnel, { speech: 'tls' });
    expect(outcome).toMatchObject({
      sent: 'TLS handshake for 127.0.0.1',
      answer: {
        kind: 'tls',
        protocol: 'TLSv1.3',
        certificate: {
          subject: 'imap.example.org',
          names: ['imap.example.org', 'mail.example.org', '127.0.0.1'],
          issuer: 'imap.example.org',
          distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        },
      },
    });
    expect(targetOf(tunnel)).toMatchObject({
      probe: { summary: 'showed a certificate for imap.example.org' },
    });
  });

  it('shows the words of a server that was spoken to in TLS and does not speak it', async () => {
    const tunnel = await tunnelTo(suite.use(await startBannerServer()));
    expect((await probe(tunnel, { speech: 'tls' })).answer).toMatchObject({
      kind: 'banner',
      service: 'imap',
    });
  });

  it('says nothing to a silent target, calls it open, and leaves no connection behind', async () => {
    const heard: Buffer[] = [];
    const silent = await target((client) => {
      client.on('data', (chunk: Buffer) => heard.push(chunk));
      client.on('end', () => client.end());
    });
    const tunnel = await tunnelTo(silent);
    const outcome = await probe(tunnel);
    expect(outcome).toMatchObject({ sent: null, firstByteMs: null, answer: { kind: 'silent' } });
    expect(outcome.connectMs).not.toBeNull();
    expect(targetOf(tunnel)).toMatchObject({ status: 'answered', probe: { summary: 'silent but open' } });
    await eventually(() => silent.open() === 0);
    expect(heard).toEqual([]);
    await eventually(() => {
      const sample = tunnel.engine.samples.at(-1)?.tunnels[0]?.forwards[0];
      expect(sample).toMatchObject({ connectionsOpen: 0, connectionsTotal: 1 });
    });
  });

  it('says that a target hung up at once', async () => {
    const sshd = await suite.sshd();
    const closing = await target((client) => void client.end());
    // Not at once: sshd must have seen that it is connected, or it says that it was refused.
    const resetting = await target((client) => void setTimeout(() => client.resetAndDestroy(), 100));
    const tunnel = await suite.open(sshd, [
      localForward(await findFreePort(), closing),
      localForward(await findFreePort(), resetting),
    ]);
    for (const index of [0, 1]) {
      // sshd ends the channel in the same way for both.
      expect((await probe(tunnel, {}, index)).answer.kind).toMatch(/^(?:closed|reset)$/);
      expect(targetOf(tunnel, index)).toMatchObject({ status: 'answered', probe: { hungUp: true } });
    }
  });
});

describe('a probe that is refused', () => {
  it('gives the server’s exact refusal', async () => {
    const port = await findRefusingPort();
    const tunnel = await tunnelTo({ host: '127.0.0.1', port });
    expect((await probe(tunnel)).answer).toEqual({
      kind: 'refused',
      error: {
        code: 'targetRefused',
        target: { host: '127.0.0.1', port },
        detail: expect.stringMatching(/refused/i),
      },
    });
    expect(targetOf(tunnel)?.status).toBe('failed');
  });

  it('says that the server cannot find a name', async () => {
    const tunnel = await tunnelTo({ host: 'nowhere.invalid', port: 143 });
    expect((await probe(tunnel)).answer).toMatchObject({
      kind: 'refused',
      error: { code: 'targetRefused', target: { host: 'nowhere.invalid' } },
    });
  });

  it('says that the server does not allow the target', async () => {
    const place = suite.use(await startBannerServer());
    const tunnel = await tunnelTo(place, { permitOpen: ['127.0.0.1:1'] });
    expect((await probe(tunnel)).answer).toMatchObject({
      kind: 'refused',
      error: { code: 'targetNotAllowed', target: { port: place.port } },
    });
  });

  it('tells a light that was green that the target is gone, and the other way round', async () => {
    const port = await findFreePort();
    const tunnel = await tunnelTo({ host: '127.0.0.1', port });
    await probe(tunnel);
    expect(targetOf(tunnel)?.status).toBe('failed');
    const server = suite.use(await startBannerServer({ port }));
    await probe(tunnel);
    expect(targetOf(tunnel)?.status).toBe('answered');
    await server.close();
    await probe(tunnel);
    expect(targetOf(tunnel)?.status).toBe('failed');
  });
});

describe('a probe of a hostile target', () => {
  it('takes 4 KiB of a flood and hangs up', async () => {
    let flooded = 0;
    const flood = await target((client) => {
      const pour = (): void => {
        while (!client.destroyed && client.write(Buffer.alloc(64 * 1024, 'x'))) flooded += 64 * 1024;
      };
      client.on('drain', pour);
      pour();
    });
    const tunnel = await tunnelTo(flood);
    const before = process.memoryUsage();
    const outcome = await probe(tunnel);
    const after = process.memoryUsage();
    expect(outcome.answer).toMatchObject({ kind: 'banner', service: 'unknown', isComplete: false });
    expect(JSON.stringify(outcome).length).toBeLessThan(1_000);
    await eventually(() => flood.open() === 0);
    // The target, the server and we share this process: what the windows of TCP and SSH hold is all that was poured.
    expect(flooded).toBeLessThan(32 * 1024 * 1024);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 * 1024);
  });

  it('shows no escape sequence, no control character and nothing that reorders text', async () => {
    const evil = '\x1b]0;owned\x07\x1b[2J* OK \u202eevil\u200b <b>html</b>\x00\xff\r\n';
    const tunnel = await tunnelTo(await target((client) => client.write(evil, 'utf8')));
    const { answer } = await probe(tunnel);
    expect(answer).toMatchObject({ kind: 'banner', service: 'unknown' });
    expect(answer.kind === 'banner' && answer.text).toBe(
      '\\x1b]0;owned\\x07\\x1b[2J* OK \\u{202e}evil\\u{200b} <b>html</b>\\x00ÿ',
    );
  });

  it('ends in time with targets that drip, never finish TLS, or never end their headers', async () => {
    const sshd = await suite.sshd();
    const every = (milliseconds: number, say: (count: number) => string) => (client: Socket) => {
      let count = 0;
      const timer = setInterval(() => client.write(say(count++)), milliseconds);
      client.on('close', () => clearInterval(timer));
    };
    const drip = await target(every(500, (count) => 'SSH-2.0-drip'.charAt(count) || '.'));
    // The head of a handshake record, and nothing of what it promises.
    const half = await target((client) => client.resume().write(Buffer.from([0x16, 3, 3, 0x40, 0])));
    const endless = await target(
      every(50, (count) => (count === 0 ? 'HTTP/1.1 200 OK\r\n' : 'X-More: yes\r\n')),
    );
    const forwards = await Promise.all(
      [drip, half, endless].map(async (place) => localForward(await findFreePort(), place)),
    );
    const tunnel = await suite.open(sshd, forwards);
    const startedAt = performance.now();
    const outcomes = await Promise.all([
      probe(tunnel, {}, 0),
      probe(tunnel, { speech: 'tls' }, 1),
      probe(tunnel, { speech: 'http' }, 2),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(outcomes.map(({ answer }) => answer)).toMatchObject([
      { kind: 'banner', text: expect.stringMatching(/^SSH/), isComplete: false },
      { kind: 'tlsFailed', detail: 'not finished within 2.5 s' },
      { kind: 'http', statusLine: 'HTTP/1.1 200 OK' },
    ]);
  });
});

describe('a probe through a remote forward', () => {
  it('goes from the server back to the target here', async () => {
    const sshd = await suite.sshd();
    const place = suite.use(await startBannerServer());
    const tunnel = await suite.open(sshd, [
      remoteForward(await findFreePort(), place),
      remoteForward(0, place),
      remoteForward(0, suite.use(await startTlsServer())),
    ]);
    for (const index of [0, 1]) {
      expect(await probe(tunnel, {}, index)).toMatchObject({
        tested: 'forward',
        answer: { kind: 'banner', service: 'imap' },
      });
    }
    expect(targetOf(tunnel)).toMatchObject({ status: 'answered', probe: { hungUp: false } });
    expect((await probe(tunnel, { speech: 'tls' }, 2)).answer).toMatchObject({
      kind: 'tls',
      certificate: { subject: 'imap.example.org' },
    });
  });

  it('gives the reason why this computer did not reach the target', async () => {
    const sshd = await suite.sshd();
    const port = await findRefusingPort();
    const tunnel = await suite.open(sshd, [remoteForward(await findFreePort(), { host: '127.0.0.1', port })]);
    expect((await probe(tunnel)).answer).toEqual({
      kind: 'refused',
      error: { code: 'targetRefused', target: { host: '127.0.0.1', port }, detail: 'ECONNREFUSED' },
    });
  });

  it('tests the target alone where the server does not let us connect to its listener, and says so', async () => {
    const sshd = await suite.sshd({ allowTcpForwarding: 'remote' });
    const place = suite.use(await startBannerServer());
    const port = await findRefusingPort();
    const tunnel = await suite.open(sshd, [
      remoteForward(await findFreePort(), place),
      remoteForward(await findFreePort(), { host: '127.0.0.1', port }),
    ]);
    expect(await probe(tunnel)).toMatchObject({
      tested: 'targetOnly',
      answer: { kind: 'banner', service: 'imap' },
    });
    expect(await probe(tunnel, {}, 1)).toMatchObject({
      tested: 'targetOnly',
      answer: { kind: 'refused', error: { detail: 'ECONNREFUSED' } },
    });
  });

  it('says that the listener is not where it was asked for, and nothing of the target', async () => {
    const sshd = await suite.sshd({ gatewayPorts: 'no' });
    const place = suite.use(await startBannerServer());
    const tunnel = await suite.open(sshd, [
      { ...remoteForward(await findFreePort(), place, '127.0.0.2'), exposureConfirmedFor: '127.0.0.2' },
    ]);
    expect((await probe(tunnel)).answer).toMatchObject({
      kind: 'entranceRefused',
      entrance: { host: '127.0.0.2' },
    });
    expect(targetOf(tunnel)).toEqual({ status: 'unknown' });
  });
});

describe('a probe through a SOCKS forward', () => {
  it('needs a target, and leads to it, by name and by address', async () => {
    const sshd = await suite.sshd();
    const place = suite.use(await startBannerServer());
    const tunnel = await suite.open(sshd, [dynamicForward(await findFreePort())]);
    expect(await ask(tunnel)).toMatchObject({ ok: false, error: { code: 'invalid' } });
    for (const host of ['localhost', '127.0.0.1']) {
      expect((await probe(tunnel, { target: { host, port: place.port } })).answer).toMatchObject({
        kind: 'banner',
        service: 'imap',
      });
    }
    expect(targetOf(tunnel)).toEqual({ status: 'notApplicable' });
  });

  it('gives the exact refusal, its own and not that of another client', async () => {
    const sshd = await suite.sshd();
    const place = suite.use(await startBannerServer());
    const [socks, port] = [await findFreePort(), await findRefusingPort()];
    const tunnel = await suite.open(sshd, [dynamicForward(socks)]);
    const others = Array.from({ length: 30 }, () =>
      dialThroughSocks5(socks, { host: '127.0.0.1', port }).catch(() => 'refused'),
    );
    expect((await probe(tunnel, { target: place })).answer).toMatchObject({
      kind: 'banner',
      service: 'imap',
    });
    expect(await Promise.all(others)).toEqual(others.map(() => 'refused'));
    expect((await probe(tunnel, { target: { host: '127.0.0.1', port } })).answer).toMatchObject({
      kind: 'refused',
      error: { code: 'targetRefused', target: { port }, detail: expect.stringMatching(/refused/i) },
    });
  });
});

describe('a probe and the life of a tunnel', () => {
  it('does not outweigh what another client has learned since', async () => {
    const port = await findFreePort();
    let accepted = 0;
    const silent = createServer((client) => {
      accepted += 1;
      client.on('error', () => {});
    });
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    const tunnel = await tunnelTo({ host: '127.0.0.1', port });
    const running = probe(tunnel);
    await eventually(() => accepted === 1);
    // It takes nobody any more; who is there may stay.
    silent.close();
    const client = suite.use(await connectTcp(tunnel.profile.forwards[0]?.bind.port ?? 0));
    expect(await client.ended).toBe('reset');
    expect((await running).answer.kind).toBe('silent');
    expect(targetOf(tunnel)?.status).toBe('failed');
  });

  it('is refused while another one of the same forward is under way, and ends with Stop', async () => {
    const silent = suite.use(await startBlackHole());
    const tunnel = await tunnelTo(silent);
    const running = probe(tunnel);
    expect(await ask(tunnel)).toMatchObject({ ok: false, error: { code: 'notNow' } });
    await eventually(() => silent.open() === 1);
    await tunnel.engine.stop(tunnel.profile);
    expect((await running).answer).toEqual({ kind: 'notOpen' });
    await tunnel.engine.until(tunnel.profile, 'stopped');
    expect(await ask(tunnel)).toMatchObject({ ok: false, error: { code: 'notFound' } });
  });

  it('ends with the session, teaches nothing then, and is not even tried while there is none', async () => {
    const sshd = await suite.sshd();
    const silent = suite.use(await startBlackHole());
    const forwards = [localForward(await findFreePort(), silent)];
    const engine = suite.engine();
    const profile = testProfile(sshd, { method: 'keyFile', keyFile: sshd.identityFile }, forwards);
    await engine.start(profile);
    await engine.until(profile, 'open');
    const tunnel = { engine, profile };
    const running = probe(tunnel);
    await eventually(() => silent.open() === 1);
    await sshd.kill();
    expect((await running).answer).toEqual({ kind: 'notOpen' });
    expect(targetOf(tunnel)).not.toHaveProperty('probe');
    await engine.until(profile, 'waiting');
    const startedAt = performance.now();
    expect((await probe(tunnel)).answer).toEqual({ kind: 'notOpen' });
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
