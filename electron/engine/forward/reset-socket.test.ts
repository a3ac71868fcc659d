import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { resetSocket } from './reset-socket.ts';
import { closeAfterEach } from './testing/cleanup.ts';

const opened = closeAfterEach();

/** Two ends of one connection; the other one reads nothing. */
async function connectPair(): Promise<{ ours: net.Socket; theirs: net.Socket }> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened({ close: async () => void server.close() });
  const ours = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1');
  const [theirs] = (await once(server, 'connection')) as [net.Socket];
  for (const socket of [ours, theirs]) {
    socket.on('error', () => {});
    opened({ close: async () => void socket.destroy() });
  }
  return { ours, theirs };
}

describe('a reset', () => {
  it('tells the other side that it has not got all', async () => {
    const { ours, theirs } = await connectPair();
    const failed = once(theirs, 'error');
    const closed = once(ours, 'close');
    resetSocket(ours);
    theirs.resume();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
    await closed;
  });

  it('while our own end is still being sent closes the connection all the same', async () => {
    const { ours } = await connectPair();
    // More than fits between the two, so that the end has to wait.
    ours.write(Buffer.alloc(32 * 1024 * 1024));
    ours.end();
    const closed = once(ours, 'close');
    resetSocket(ours);
    await closed;
  });

  it('between our end and its being sent, when all was handed over, closes it, too', async () => {
    const { ours, theirs } = await connectPair();
    ours.end('all');
    const closed = once(ours, 'close');
    resetSocket(ours);
    resetSocket(ours);
    await closed;
    theirs.resume();
    await once(theirs, 'end');
  });
});
