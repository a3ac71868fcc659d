import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { lendingSocket, receiveLent } from './lending-socket.ts';
import { closeAfterEach } from './testing/cleanup.ts';
import { digest, digestOf } from './testing/digests.ts';
import { connectTo, readToEnd, until } from './testing/sockets.ts';
import { listenOn } from './testing/ssh-server.ts';

const opened = closeAfterEach();

describe('a lending socket', () => {
  it('knows both ends of its connection, and is not read from until it is resumed', async () => {
    const { client, socket } = await connectPair();
    expect(socket).toMatchObject({
      remoteAddress: '127.0.0.1',
      remotePort: client.localPort,
      localPort: client.remotePort,
      readableFlowing: false,
    });
    client.write('hello');
    await until(() => client.writableLength === 0);
    expect(socket.bytesRead).toBe(0);
    socket.resume();
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toBe('hello');
    expect(socket.bytesRead).toBe(5);
  });

  it('emits copies as data while nobody takes lent bytes: they stay as they were', async () => {
    const [one, other] = [await connectPair(), await connectPair()];
    const chunks: Buffer[] = [];
    for (const { socket } of [one, other]) socket.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
    for (const text of ['first', 'second', 'third']) {
      one.client.write(`${text} of one`);
      await until(() => chunks.length % 2 === 1);
      other.client.write(`${text} of another`);
      await until(() => chunks.length % 2 === 0);
    }
    expect(chunks.map(String)).toEqual(
      ['first', 'second', 'third'].flatMap((text) => [`${text} of one`, `${text} of another`]),
    );
  });

  it('gives many megabytes to those who take lent bytes, in order, however often they stop', async () => {
    const pairs = await Promise.all([1, 2, 3].map(() => connectPair()));
    await Promise.all(
      pairs.map(async ({ client, socket }, index) => {
        const hash = createHash('sha256');
        let length = 0;
        let stops = 0;
        receiveLent(socket, (bytes) => {
          hash.update(bytes);
          length += bytes.length;
          if (length / 1_000_000 < (stops + 1) * (index + 1)) return;
          stops += 1;
          socket.pause();
          setImmediate(() => socket.resume());
        });
        // What waits in the stream when it is resumed comes as data.
        socket.on('data', (chunk: Buffer) => {
          hash.update(chunk);
          length += chunk.length;
        });
        socket.resume();
        const sent = randomBytes(12_000_000);
        client.end(sent);
        await once(socket, 'end');
        expect({ length, sha256: hash.digest('hex') }).toEqual(digestOf(sent));
        expect(stops).toBeGreaterThan(2);
      }),
    );
  });

  it('passes the end of data on and can still be written to', async () => {
    const { client, socket } = await connectPair();
    client.end('question');
    socket.on('data', () => {}).resume();
    await once(socket, 'end');
    const answer = randomBytes(3_000_000);
    const received = digest(client);
    socket.end(answer);
    expect(await received).toEqual(digestOf(answer));
    await until(() => socket.destroyed && client.destroyed);
  });

  it('can be reset, and notices a reset', async () => {
    const [mine, theirs] = [await connectPair(), await connectPair()];
    const ending = readToEnd(mine.client);
    mine.socket.resetAndDestroy();
    expect((await ending).how).toBe('reset');
    theirs.socket.resume();
    theirs.client.resetAndDestroy();
    await until(() => theirs.socket.closed);
  });

  it('does not keep its server from closing', async () => {
    const { server, client, socket } = await connectPair();
    await new Promise((resolve) => server.close(resolve));
    client.write('still here');
    socket.resume();
    expect(String((await once(socket, 'data'))[0])).toBe('still here');
  });

  it('is the accepted socket itself where that has no handle any more', async () => {
    const { accepted } = await connectPair();
    expect(lendingSocket(accepted, 1024)).toBe(accepted);
  });
});

async function connectPair() {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) =>
    accepted.push(socket),
  );
  const client = await connectTo(await listenOn(server, 0, '127.0.0.1'));
  await until(() => accepted.length === 1);
  const [first] = accepted;
  if (first === undefined) throw new Error('Nobody came.');
  const socket = lendingSocket(first, 256 * 1024);
  socket.on('error', () => {});
  opened({
    close: async () => {
      client.destroy();
      socket.destroy();
      server.close();
    },
  });
  return { server, client, accepted: first, socket };
}
