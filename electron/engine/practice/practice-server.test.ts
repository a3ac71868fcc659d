import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Client } from 'ssh2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { logIn, openChannel, readAll, readUntil } from './practice-fixture.ts';
import { createPracticeIdentity, publicKeyOf } from './practice-identity.ts';
import { type PracticeLimits, type PracticeServer, startPracticeServer } from './practice-server.ts';

const identity = createPracticeIdentity();
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(limits: Partial<PracticeLimits> = {}, port = 0): Promise<PracticeServer> {
  const server = await startPracticeServer({
    identity,
    port,
    limits: { wrongPasswordDelayMs: 50, ...limits },
  });
  open.push(server.close);
  return server;
}

async function enter(server: PracticeServer, config = {}): Promise<Client> {
  const client = await logIn(server, identity, config);
  open.push(() => client.destroy());
  return client;
}

async function dial(server: PracticeServer): Promise<Socket> {
  const socket = connect(server.port, server.host);
  socket.on('error', () => undefined);
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

describe('the practice server', () => {
  it('leads to the greeter and to the page, many at once', async () => {
    const client = await enter(await start());
    const greeters = await Promise.all(
      Array.from({ length: 50 }, () => openChannel(client, 'imap.practice', 143)),
    );
    for (const greeter of greeters) expect(await readUntil(greeter, '\r\n')).toMatch(/^\* OK /);

    const page = await openChannel(client, 'web.practice', 80);
    page.write('GET / HTTP/1.1\r\nHost: web.practice\r\n\r\n');
    expect(await readAll(page)).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*<\/html>\n$/);
  });

  it('shows exactly the host key that was to be pinned', async () => {
    const keys: string[] = [];
    const server = await start();
    const hostVerifier = (key: Buffer) => keys.push(key.toString('base64')) > 0;
    await enter(server, { hostVerifier });
    expect(keys).toEqual([publicKeyOf(identity)]);
  });

  it('agrees on an elliptic curve only', async () => {
    const server = await start();
    await enter(server, { algorithms: { kex: ['ecdh-sha2-nistp256'] } });
    const finiteField = { algorithms: { kex: ['diffie-hellman-group14-sha256'] } };
    await expect(enter(server, finiteField)).rejects.toThrow(/no matching key exchange/);
  });

  it('refuses every other target, with a reason and a sentence', async () => {
    const server = await start();
    const client = await enter(server);
    for (const [host, port] of [
      ['localhost', 22],
      ['127.0.0.1', server.port],
      ['127.0.0.1', 80],
      ['imap.practice', 144],
      ['imap.practice', 80],
      ['web.practice', 143],
      ['web.practice.', 80],
      ['', 0],
      ['\u001b[2J', 1],
    ] as const) {
      await expect(openChannel(client, host, port)).rejects.toMatchObject({
        reason: 1,
        message: expect.stringMatching(/^[\x20-\x7e]+imap\.practice:143 and web\.practice:80 only\.$/),
      });
    }
    // The session outlives them all.
    expect(await readUntil(await openChannel(client, 'imap.practice', 143), '\r\n')).toContain('* OK');
  });

  it('has no shell, no commands, no files, no agent, and listens for nobody', async () => {
    const client = await enter(await start());
    const refused = (ask: (done: (error: Error | undefined) => void) => void) =>
      expect(new Promise<Error | undefined>(ask)).resolves.toBeInstanceOf(Error);
    await refused((done) => client.shell((error) => done(error)));
    await refused((done) => client.exec('id', (error) => done(error)));
    await refused((done) => client.exec('id', { x11: true }, (error) => done(error)));
    await refused((done) => client.subsys('netconf', (error) => done(error)));
    await refused((done) => client.sftp((error) => done(error)));
    await refused((done) => client.forwardIn('127.0.0.1', 0, (error) => done(error)));
    await refused((done) => client.openssh_forwardOutStreamLocal('/tmp/x', (error) => done(error)));
    await refused((done) =>
      client.openssh_forwardInStreamLocal('/tmp/x', (error) => done(error ?? undefined)),
    );
  });

  it('refuses a wrong password and a wrong user alike, and only after a while', async () => {
    const server = await start({ wrongPasswordDelayMs: 300 });
    for (const wrong of [
      { password: `${identity.password}x` },
      { username: 'root' },
      { username: 'practice ' },
    ]) {
      const started = performance.now();
      await expect(enter(server, wrong)).rejects.toThrow('All configured authentication methods failed');
      expect(performance.now() - started).toBeGreaterThan(290);
    }
    await enter(server);
  });

  it('offers the password and nothing else', async () => {
    const server = await start();
    const offered: unknown[] = [];
    const authHandler = (left: unknown, _partial: unknown, next: (method: unknown) => void) => {
      offered.push(left);
      next(offered.length === 1 ? 'none' : false);
    };
    await expect(enter(server, { authHandler })).rejects.toThrow();
    expect(offered).toEqual([null, ['password']]);
  });

  it('hangs up after three wrong passwords', async () => {
    const server = await start();
    let tries = 0;
    const authHandler = (_left: unknown, _partial: unknown, next: (method: unknown) => void) => {
      tries += 1;
      next({ type: 'password', username: 'practice', password: `guess ${tries}` });
    };
    await expect(enter(server, { authHandler })).rejects.toThrow('hung up');
    // ssh2's client asks for the fourth before it hears the goodbye.
    expect(tries).toBeLessThanOrEqual(4);
  });

  it('takes another port when the preferred one is taken, and the same one when it is free', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    open.push(() => blocker.close());
    await once(blocker, 'listening');
    const address = blocker.address();
    const taken = typeof address === 'object' && address ? address.port : 0;
    const server = await start({}, taken);
    expect(server.port).not.toBe(taken);
    await enter(server);

    const { port } = server;
    await server.close();
    expect((await start({}, port)).port).toBe(port);
  });

  it('opens one port, on loopback, and none for its services', async () => {
    const before = listeningHere();
    const server = await start();
    const client = await enter(server);
    await readUntil(await openChannel(client, 'imap.practice', 143), '\r\n');
    const added = listeningHere().filter((line) => !before.includes(line));
    expect(added).toEqual([`0100007F:${server.port.toString(16).toUpperCase().padStart(4, '0')}`]);
  });

  it('rejects a damaged host key when it starts, not when somebody comes', async () => {
    const damaged = { ...identity, hostKey: identity.hostKey.replace(/\n.{20}/, '\n') };
    await expect(startPracticeServer({ identity: damaged })).rejects.toThrow('damaged');
  });

  it('stays healthy through 200 clients with garbage', async () => {
    const server = await start();
    const random = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919) % 251));
    const garbage = [
      '',
      'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
      'SSH-2.0-half\r\n',
      'SSH-1.5-old\r\n',
      random,
      Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), random]),
      `SSH-2.0-${'x'.repeat(20_000)}`,
      'a line\n'.repeat(500),
    ];
    for (let count = 0; count < 200; count += 1) {
      const socket = await dial(server);
      socket.write(garbage[count % garbage.length] ?? '');
      if (count % 3 === 0) socket.end();
      if (count % 3 === 1) socket.resetAndDestroy();
    }
    // The silent ones are still connected and fill the house: a person gets in all the same.
    const client = await enter(server);
    expect(await readUntil(await openChannel(client, 'imap.practice', 143), '\r\n')).toContain('* OK');
  });

  it('never drops a client that is logged in for one that is not', async () => {
    const server = await start({ maxSessions: 2 });
    const [one, two] = [await enter(server), await enter(server)];
    const third = await dial(server);
    await once(third.resume(), 'close');
    for (const client of [one, two]) await openChannel(client, 'web.practice', 80);
  });

  it('hangs up on clients that do not log in, silent or endless', async () => {
    const server = await start({ loginTimeoutMs: 300 });
    const silent = await dial(server);
    const slow = await dial(server);
    const dribble = setInterval(() => slow.write('x'), 20);
    open.push(() => clearInterval(dribble));
    const handshaken = await dial(server);
    handshaken.write('SSH-2.0-waiting\r\n');
    await Promise.all([silent, slow, handshaken].map((socket) => once(socket.resume(), 'close')));
  });

  it('leaves a client that is logged in alone, however long it idles', async () => {
    const server = await start({ loginTimeoutMs: 1_500 });
    const client = await enter(server);
    const unknown = await dial(server);
    await once(unknown.resume(), 'close');
    await openChannel(client, 'web.practice', 80);
  });

  it('bounds the channels of one session, and counts those that closed as free', async () => {
    const client = await enter(await start({ maxChannels: 2 }));
    const first = await openChannel(client, 'imap.practice', 143);
    await openChannel(client, 'imap.practice', 143);
    await expect(openChannel(client, 'imap.practice', 143)).rejects.toMatchObject({ reason: 4 });
    first.resume().end();
    await once(first, 'close');
    await vi.waitFor(() => openChannel(client, 'imap.practice', 143));
  });

  it('survives a client that goes on sending after its own end', async () => {
    const client = await enter(await start());
    const channel = await openChannel(client, 'imap.practice', 143);
    await readUntil(channel, '\r\n');
    channel.end();
    const { outgoing } = channel as unknown as { outgoing: { id: number } };
    const raw = client as unknown as { _protocol: { channelData(id: number, data: Buffer): void } };
    for (let count = 0; count < 10; count += 1)
      raw._protocol.channelData(outgoing.id, Buffer.from('a NOOP\r\n'));
    await openChannel(client, 'web.practice', 80);
  });

  it('closes at once with everyone inside, twice if asked, and frees its port', async () => {
    const server = await start();
    const client = await enter(server);
    const channel = await openChannel(client, 'imap.practice', 143);
    channel.resume();
    const silent = await dial(server);
    const gone = [once(client, 'close'), once(channel, 'close'), once(silent.resume(), 'close')];
    const started = performance.now();
    const closing = server.close();
    expect(server.close()).toBe(closing);
    await closing;
    expect(performance.now() - started).toBeLessThan(2_000);
    await Promise.all(gone);
    await expect(dial(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(listeningHere()).not.toContain(`0100007F:${server.port.toString(16).toUpperCase()}`);
  });
});

/** What this very process listens on: `address:port` in the kernel's hexadecimal. */
function listeningHere(): string[] {
  const own = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return []; // The descriptor that lists the folder is gone again.
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/self/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(`socket:[${inode}]`))
      .map(([, local = '']) => local),
  );
}
