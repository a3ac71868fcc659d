import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { CipherAlgorithm, Connection, ServerChannel } from 'ssh2';
import { describe, expect, it } from 'vitest';

import { SshChannelSource } from '../../forward/ssh-channel-source.ts';
import { closeAfterEach } from '../../forward/testing/cleanup.ts';
import {
  type Digest,
  digest,
  digestOf,
  sendRandom,
  slowDigest,
  untilStill,
} from '../../forward/testing/digests.ts';
import { openListener } from '../../forward/testing/listener.ts';
import { connectTo, readToEnd, startEcho, startService, until } from '../../forward/testing/sockets.ts';
import { startTestSshServer, type TestSshServerOptions } from '../../forward/testing/ssh-server.ts';
import { ssh2 } from '../ssh2.ts';
import { ChaChaPolyCipher, ChaChaPolyDecipher } from './chacha20-poly1305.ts';
import { newKeys, openWiredSession, protocolOf } from './testing/wired-session.ts';
import { Wire } from './wire.ts';

const CHACHA = 'chacha20-poly1305@openssh.com';
const MEGABYTE = 1024 * 1024;
const opened = closeAfterEach();

describe('a session on a wire', () => {
  it.each([CHACHA, 'aes128-gcm@openssh.com', 'aes256-ctr'] as const)(
    'carries much both ways on several channels, through new keys, with %s',
    async (cipher) => {
      const echo = opened(await startEcho());
      const { port, server, session, counter } = await forwardTo(echo.port, {}, cipher);
      const { _cipher, _decipher } = protocolOf(session.client);
      expect(_cipher instanceof ChaChaPolyCipher).toBe(cipher === CHACHA);
      expect(_decipher instanceof ChaChaPolyDecipher).toBe(cipher === CHACHA);
      const transfers = [1, 2, 3].map(async (which) => {
        const socket = await connectTo(port);
        const received = which === 1 ? slowDigest(socket) : digest(socket);
        const sent = await sendRandom(socket, 12 * MEGABYTE);
        expect(await received).toEqual(sent);
      });
      for (let rekeys = 1; rekeys <= 4; rekeys += 1) {
        await until(() => counter.received > rekeys * 6 * MEGABYTE);
        await newKeys(server.connections.at(-1) as Connection);
      }
      await Promise.all(transfers);
      expect(protocolOf(session.client)._decipher === _decipher).toBe(false);
      expect(session.errors).toEqual([]);
    },
  );

  it('leaves bytes as they were to a receiver that stores them', async () => {
    const { channel, ended } = await download(20 * MEGABYTE);
    const chunks: Buffer[] = [];
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    const sent = await ended;
    await until(() => channel.readableEnded);
    expect(digestOf(Buffer.concat(chunks))).toEqual(sent);
  });

  it('leaves bytes as they were to a receiver that starts late, and to one that reads on demand', async () => {
    const { channel, ended } = await download(5 * MEGABYTE);
    await until(() => channel.readableLength > MEGABYTE);
    const chunks: Buffer[] = [];
    channel.on('readable', () => {
      for (let chunk = channel.read(10_007); chunk !== null; chunk = channel.read(10_007)) chunks.push(chunk);
      // The rest at the end.
      const rest = channel.read();
      if (rest !== null) chunks.push(rest);
    });
    const sent = await ended;
    await until(() => channel.readableEnded);
    expect(digestOf(Buffer.concat(chunks))).toEqual(sent);
  });

  it('keeps the order when its socket is paused, and when some bytes wait in its stream', async () => {
    const { channel, ended, socket } = await download(10 * MEGABYTE);
    const hash = createHash('sha256');
    let length = 0;
    channel.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      length += chunk.length;
    });
    let waits = 0;
    for (let turns = 0; !channel.readableEnded; turns += 1) {
      // While somebody listens to this, the stream stores what comes.
      const onReadable = () => {};
      if (turns % 2 === 0) socket.on('readable', onReadable);
      else socket.pause();
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
      if (socket.readableLength > 0) waits += 1;
      socket.off('readable', onReadable);
      socket.resume();
      for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
    }
    expect({ length, sha256: hash.digest('hex') }).toEqual(await ended);
    expect(waits).toBeGreaterThan(0);
  });

  it('ends with "Invalid MAC" at a flipped bit, and delivers nothing behind it', async () => {
    let channel: ServerChannel | undefined;
    const server = opened(
      await startTestSshServer({
        onChannel: (accepted) => {
          channel = accepted;
        },
      }),
    );
    let flips = false;
    const relay = opened(
      await startService((socket) => {
        const upstream = connect({ host: '127.0.0.1', port: server.port });
        socket.pipe(upstream);
        upstream.on('error', () => {});
        upstream.on('data', (chunk: Buffer) => {
          if (flips) chunk[20] = (chunk[20] ?? 0) ^ 1;
          flips = false;
          socket.write(chunk);
        });
        upstream.on('end', () => socket.end());
        socket.on('close', () => upstream.destroy());
      }),
    );
    const session = opened(await openWiredSession(relay.port, CHACHA));
    const own = await session.openChannel();
    const chunks: Buffer[] = [];
    own.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel?.write('right');
    await until(() => chunks.length === 1);
    flips = true;
    channel?.write('wrong');
    await until(() => !flips);
    for (let count = 0; count < 20; count += 1) channel?.write('right again');
    await until(() => session.socket.closed);
    expect(session.errors[0]).toBe('Invalid MAC');
    expect(Buffer.concat(chunks).toString()).toBe('right');
  });

  it('holds little for a local program that stalls, lets the others go on, and loses nothing', async () => {
    let given = 0;
    const spring = opened(
      await startService((socket) => {
        socket.once('data', (wish: Buffer) => {
          void sendRandom(socket, Number(wish), (count) => {
            given += count;
          }).then(({ sha256 }) => digests.push(sha256));
        });
      }),
    );
    const digests: string[] = [];
    const { port, counter } = await forwardTo(spring.port, {}, CHACHA);
    const stalled = await connectTo(port);
    stalled.write(`${64 * MEGABYTE}`);
    await untilStill(() => given);
    // What the kernel holds on four sockets is not ours; two channels of 4 MiB at most are.
    expect(given).toBeLessThan(40 * MEGABYTE);
    const before = counter.received;
    for (let count = 0; count < 3; count += 1) {
      const lively = await connectTo(port);
      lively.write(`${8 * MEGABYTE}`);
      const { sha256 } = await digest(lively);
      expect(digests).toContain(sha256);
      lively.end();
    }
    expect(counter.received - before).toBe(24 * MEGABYTE);
    const late = await digest(stalled);
    expect(late.length).toBe(64 * MEGABYTE);
    expect(digests).toContain(late.sha256);
    stalled.end();
  });

  it('brings bytes unharmed to many programs that stall in turn, more than there are blocks to keep', async () => {
    const spring = opened(
      await startService((socket) => void sendRandom(socket, 3 * MEGABYTE, noteSent(sent))),
    );
    const sent: string[] = [];
    const { port } = await forwardTo(spring.port, {}, CHACHA);
    const sockets = await Promise.all(Array.from({ length: 12 }, () => connectTo(port)));
    const results = await Promise.all(sockets.map((socket) => slowDigest(socket)));
    expect(results.map(({ length }) => length)).toEqual(Array(12).fill(3 * MEGABYTE));
    expect(results.map(({ sha256 }) => sha256).sort()).toEqual(sent.sort());
    for (const socket of sockets) socket.end();
  });

  it('carries the rest after the local program has ended its own side', async () => {
    const service = opened(
      await startService((socket) => {
        socket.resume();
        socket.on('end', () => socket.end(Buffer.alloc(3 * MEGABYTE, 'x')));
      }),
    );
    const { port, counter } = await forwardTo(service.port, {}, CHACHA);
    const socket = await connectTo(port);
    socket.end('question');
    const { how, data } = await readToEnd(socket);
    expect({ how, isRight: data.equals(Buffer.alloc(3 * MEGABYTE, 'x')) }).toEqual({
      how: 'fin',
      isRight: true,
    });
    await until(() => counter.connectionsOpen === 0);
  });

  it('needs its socket before its client', () => {
    expect(() => new Wire().attach(new ssh2.Client())).toThrow('listen comes first.');
  });
});

async function forwardTo(targetPort: number, options: TestSshServerOptions, cipher: CipherAlgorithm) {
  const server = opened(await startTestSshServer(options));
  const session = opened(await openWiredSession(server.port, cipher));
  const { listener, port, counter } = await openListener(targetPort);
  opened(listener);
  listener.attach(new SshChannelSource(session.client, session.socket));
  return { port, counter, server, session };
}

/** A channel whose server sends so many random bytes and ends. */
async function download(length: number) {
  let ended: Promise<Digest> | undefined;
  const server = opened(
    await startTestSshServer({
      onChannel: (channel) => {
        ended = sendRandom(channel, length);
      },
    }),
  );
  const session = opened(await openWiredSession(server.port, CHACHA));
  const channel = await session.openChannel();
  return { channel, socket: session.socket, ended: ended as Promise<Digest> | undefined };
}

function noteSent(sent: string[]) {
  return (_count: number, sha256?: string) => {
    if (sha256 !== undefined) sent.push(sha256);
  };
}
