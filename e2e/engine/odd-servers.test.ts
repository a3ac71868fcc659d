import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { engineSuite, keyFile, type TunnelServer } from '../support/engine-suite.ts';
import { localForward, testProfile } from '../support/engine-under-test.ts';
import { eventually } from '../support/eventually.ts';
import { findFreePort } from '../support/free-port.ts';
import type { Sshd } from '../support/sshd.ts';
import { startBannerServer } from '../support/targets.ts';
import { connectTcp } from '../support/tcp-client.ts';
import { startTcpServer } from '../support/tcp-server.ts';

const suite = engineSuite();

/** Something that listens where an SSH server is expected. */
async function strangeServer(serve: (client: net.Socket) => void): Promise<TunnelServer> {
  const server = suite.use(await startTcpServer(serve));
  return { host: server.host, port: server.port, user: 'nobody', identityFile: '/nonexistent' };
}

async function startTunnel(server: TunnelServer, timings = {}) {
  const engine = suite.engine(timings);
  const target = { host: '127.0.0.1', port: 1 };
  const profile = testProfile(server, keyFile(server), [localForward(await findFreePort(), target)]);
  await engine.start(profile);
  return { engine, profile };
}

/** An sshd behind a line that a test can handle byte by byte. */
async function sshdBehind(
  serve: (client: net.Socket, server: net.Socket) => void,
): Promise<{ readonly sshd: Sshd; readonly server: TunnelServer }> {
  const sshd = await suite.sshd();
  const line = suite.use(
    await startTcpServer((client) => {
      const server = net.connect({ host: sshd.host, port: sshd.port, noDelay: true });
      server.on('error', () => client.destroy());
      server.on('close', () => client.destroy());
      client.on('close', () => server.destroy());
      serve(client, server);
    }),
  );
  // One key for both ports: known hosts are looked up under the host alone when its port is unknown.
  const { host, port } = line;
  const knownHosts = sshd.hostKeys.map(({ publicKeyLine }) => `[${host}]:${port} ${publicKeyLine}\n`);
  await suite.knowHosts(knownHosts.join(''));
  return { sshd, server: { host, port, user: sshd.user, identityFile: sshd.identityFile } };
}

describe('what is not an SSH server', () => {
  it.each([
    ['a mail server', '* OK IMAP4rev1 ready\r\n'],
    ['an SMTP server', '220 mail.example ESMTP\r\n'],
  ])('is named at once when it is %s, and not tried again', async (_name, banner) => {
    const target = suite.use(await startBannerServer({ banner }));
    const { engine, profile } = await startTunnel({
      ...target,
      user: 'nobody',
      identityFile: '/nonexistent',
    });
    const { error } = await engine.until(profile, 'failed');
    expect(error).toEqual({ code: 'notAnSshServer', host: target.host, port: target.port });
    expect(target.accepted()).toBe(1);
  });

  it('is named when it waits for the client to speak, as a web server does', async () => {
    const server = await strangeServer((client) => {
      client.once('data', () => client.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
    });
    const { engine, profile } = await startTunnel(server);
    expect((await engine.until(profile, 'failed')).error.code).toBe('notAnSshServer');
  });

  it('is named when it says something unheard of and hangs up', async () => {
    for (const answersFirst of [true, false]) {
      const server = await strangeServer((client) => {
        if (answersFirst) client.end('Go away.\r\n');
        else client.once('data', () => client.end('Go away.\r\n'));
      });
      const { engine, profile } = await startTunnel(server);
      expect((await engine.until(profile, 'failed')).error.code).toBe('notAnSshServer');
    }
  });

  it('cannot hold us with a greeting without end', async () => {
    const server = await strangeServer((client) => {
      const talk = () => {
        while (!client.destroyed && client.write('Welcome to a very talkative server.\r\n'));
      };
      client.on('drain', talk);
      talk();
    });
    const { engine, profile } = await startTunnel(server);
    expect((await engine.until(profile, 'failed')).error.code).toBe('notAnSshServer');
  });

  it('cannot hold us with a greeting that drips', async () => {
    const server = await strangeServer((client) => {
      const timer = setInterval(() => client.write('wait\r\n'), 20);
      client.on('close', () => clearInterval(timer));
    });
    const { engine, profile } = await startTunnel(server, { handshakeMs: 600 });
    expect((await engine.until(profile, 'waiting')).error.code).toBe('handshakeTimedOut');
  });

  it('is tried again when it only accepts and hangs up, as a proxy before a dead server does', async () => {
    const server = await strangeServer((client) => client.end());
    const { engine, profile } = await startTunnel(server);
    expect((await engine.until(profile, 'waiting')).error).toMatchObject({ code: 'serverClosed' });
    await engine.until(profile, 'connecting');
  });

  it('is tried again when it accepts and stays silent', async () => {
    const server = await strangeServer((client) => {
      client.resume().on('end', () => client.end());
    });
    const { engine, profile } = await startTunnel(server, { handshakeMs: 700 });
    expect((await engine.until(profile, 'waiting')).error).toMatchObject({ code: 'handshakeTimedOut' });
  });
});

describe('an SSH server', () => {
  it('is understood when its version line comes in many pieces', async () => {
    const { server } = await sshdBehind((client, server) => {
      client.pipe(server);
      server.once('data', (line: Buffer) => {
        server.pause();
        void drip(client, line).then(() => {
          server.pipe(client);
        });
      });
    });
    const { engine, profile } = await startTunnel(server);
    await engine.until(profile, 'open');
  });

  it('is understood when it greets before its version line', async () => {
    const { server } = await sshdBehind((client, server) => {
      client.write('Authorised use only.\r\nAll sessions are recorded.\r\n');
      client.pipe(server);
      server.pipe(client);
    });
    const { engine, profile } = await startTunnel(server);
    await engine.until(profile, 'open');
  });

  it('is understood when it waits for the client to speak first', async () => {
    const { server } = await sshdBehind((client, server) => {
      client.once('data', (first: Buffer) => {
        server.write(first);
        client.pipe(server);
        server.pipe(client);
      });
    });
    const { engine, profile } = await startTunnel(server);
    await engine.until(profile, 'open');
  });

  it('is tried again when it dies in the middle of the key exchange', async () => {
    const sshd = await suite.sshd();
    let drops = 0;
    const line = suite.use(
      await startTcpServer((client) => {
        const server = net.connect({ host: sshd.host, port: sshd.port });
        server.on('error', () => {});
        server.on('close', () => client.destroy());
        client.on('close', () => server.destroy());
        client.pipe(server);
        // Ends in peace after the version line and the first packet: FIN, without any error.
        let seen = 0;
        server.on('data', (chunk: Buffer) => {
          seen += chunk.length;
          client.write(chunk);
          if (seen < 200) return;
          drops += 1;
          client.end();
        });
      }),
    );
    const { engine, profile } = await startTunnel({ ...sshd, host: line.host, port: line.port });
    expect((await engine.until(profile, 'waiting')).error).toMatchObject({ code: 'serverClosed' });
    await eventually(() => expect(drops).toBeGreaterThanOrEqual(2));
  });

  it('is tried again when it has no room for newcomers, with its own words', async () => {
    const sshd = await suite.sshd({ extraConfig: ['PerSourceMaxStartups 1'] });
    // A stranger who does not log in takes the only place.
    const stranger = suite.use(await connectTcp(sshd.port));
    await stranger.waitFor('SSH-2.0');
    const { engine, profile } = await startTunnel(sshd);
    expect((await engine.until(profile, 'waiting')).error).toEqual({
      code: 'serverClosed',
      host: sshd.host,
      port: sshd.port,
      reason: expect.stringMatching(/MaxStartups|Not allowed/),
    });
    await stranger.close();
    await engine.until(profile, 'open');
  });

  it('is named when it shares no algorithm with us, and not tried again', async () => {
    const sshd = await suite.sshd({ extraConfig: ['KexAlgorithms diffie-hellman-group14-sha256'] });
    const { engine, profile } = await startTunnel(sshd);
    expect((await engine.until(profile, 'failed')).error).toMatchObject({
      code: 'noCommonAlgorithm',
      kind: 'key exchange',
      legacyMayHelp: true,
    });
    await engine.start({ ...profile, legacyAlgorithms: true });
    await engine.until(profile, 'open');
  });

  it('is tried again when nobody listens or nobody knows its name', async () => {
    const port = await findFreePort();
    const nobody = { host: '127.0.0.1', port, user: 'nobody', identityFile: '/nonexistent' };
    const refused = await startTunnel(nobody);
    expect((await refused.engine.until(refused.profile, 'waiting')).error).toEqual({
      code: 'connectionRefused',
      host: '127.0.0.1',
      port,
    });
    const unknown = await startTunnel({ ...nobody, host: 'no-such-host.invalid' });
    expect((await unknown.engine.until(unknown.profile, 'waiting')).error).toMatchObject({
      code: 'hostNotFound',
      host: 'no-such-host.invalid',
    });
  });
});

/** Sends a line byte by byte, each in a packet of its own. */
async function drip(client: net.Socket, line: Buffer): Promise<void> {
  client.setNoDelay(true);
  for (const byte of line) {
    await new Promise((resolve) => client.write(Buffer.from([byte]), resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
