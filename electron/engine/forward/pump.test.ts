import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import { describe, expect, it, vi } from 'vitest';
import { type Block, type GiveBack, InboundMemory } from '../ssh/wire/inbound-memory.ts';
import { lend } from '../ssh/wire/lending.ts';
import type { Channel, ChannelSource } from './channel-source.ts';
import { CONGESTION_LIMIT_BYTES } from './ssh-channel-source.ts';
import { closeAfterEach } from './testing/cleanup.ts';
import { type Digest, digest, sendRandom, untilStill } from './testing/digests.ts';
import { openListener } from './testing/listener.ts';
import { connectTo, readToEnd, startService, until } from './testing/sockets.ts';
import { openTestSession } from './testing/ssh-client.ts';
import { startTestSshServer, type TestSshServerOptions } from './testing/ssh-server.ts';

const MEGABYTE = 1024 * 1024;
const opened = closeAfterEach();

describe('a pump', () => {
  it('carries 50 MB to the target unharmed', async () => {
    let result: Promise<Digest> | undefined;
    const sink = opened(
      await startService((socket) => {
        result = digest(socket);
        socket.end();
      }),
    );
    const { port, counter } = await forwardTo(sink.port);
    const sent = await sendRandom(await connectTo(port), 50 * MEGABYTE);
    await until(() => result !== undefined);
    expect(await result).toEqual(sent);
    expect(counter.sent).toBe(50 * MEGABYTE);
  });

  it('carries 50 MB from the target unharmed', async () => {
    let sent: Promise<Digest> | undefined;
    const spring = opened(
      await startService((socket) => {
        sent = sendRandom(socket, 50 * MEGABYTE);
      }),
    );
    const { port, counter } = await forwardTo(spring.port);
    const received = await digest(await connectTo(port));
    expect(received).toEqual(await sent);
    expect(counter.received).toBe(50 * MEGABYTE);
  });

  it('gives up a channel that allows no bytes, instead of writing for ever', async () => {
    const service = opened(await startService(() => {}));
    const { port } = await forwardTo(service.port, { allowsNoBytes: true });
    const client = await connectTo(port);
    client.on('error', () => {});
    client.write('hello');
    await until(() => client.destroyed);
  });

  it('keeps little for a local program that does not read', async () => {
    let given = 0;
    const spring = opened(
      await startService((socket) => {
        const chunk = Buffer.alloc(64 * 1024);
        const fill = () => {
          do given += chunk.length;
          while (socket.write(chunk));
        };
        socket.on('drain', fill);
        fill();
      }),
    );
    const { port } = await forwardTo(spring.port);
    const client = await connectTo(port);
    await untilStill(() => given);
    // What the kernel holds on four sockets is not ours; two channels of 4 MiB at most are.
    expect(given).toBeLessThan(40 * MEGABYTE);
    client.destroy();
  });

  it('keeps little for a target that does not read', async () => {
    const lazy = opened(await startService((socket) => socket.pause()));
    const { port, counter } = await forwardTo(lazy.port);
    const client = await connectTo(port);
    flood(client);
    await untilStill(() => counter.sent);
    expect(counter.sent).toBeLessThan(20 * MEGABYTE);
    client.destroy();
  });

  it('notices within seconds that a program was reset whose target does not read', async () => {
    const lazy = opened(await startService((socket) => socket.pause()));
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { port, counter } = await forwardTo(lazy.port);
      const [gone, slow] = [await connectTo(port), await connectTo(port)];
      for (const client of [gone, slow]) flood(client);
      await untilStill(() => counter.sent);
      gone.resetAndDestroy();
      await untilStill(() => counter.connectionsOpen);
      expect(counter.connectionsOpen, 'nobody looked').toBe(2);
      vi.advanceTimersByTime(5_000);
      await until(() => counter.connectionsOpen === 1);
      vi.advanceTimersByTime(5_000);
      await untilStill(() => counter.connectionsOpen);
      expect(counter.connectionsOpen, 'who only waits stays').toBe(1);
      slow.destroy();
    } finally {
      vi.useRealTimers();
    }
  });

  it('queues little behind a stalled link, however many connections there are', async () => {
    const lazy = opened(await startService((socket) => socket.resume()));
    const { port, counter, server, session } = await forwardTo(lazy.port);
    const clients = await Promise.all(Array.from({ length: 20 }, () => connectTo(port)));
    await until(() => counter.connectionsOpen === 20 && lazy.sockets.size === 20);
    server.stall();
    for (const client of clients) flood(client);
    await untilStill(() => counter.sent);
    const onePastTheLimit = 20 * 70 * 1024;
    expect(session.socket.writableLength).toBeGreaterThan(CONGESTION_LIMIT_BYTES);
    expect(session.socket.writableLength).toBeLessThan(CONGESTION_LIMIT_BYTES + onePastTheLimit);
    const stalledAt = counter.sent;
    server.unstall();
    await until(() => counter.sent > stalledAt + 40 * MEGABYTE);
    for (const client of clients) client.destroy();
  });

  it('gives lent memory back once a program that was behind has read, however little waited', async () => {
    const service = opened(await startService(() => {}));
    const { port, session } = await forwardTo(service.port);
    const channels = recordChannels(session.source);
    const client = await connectTo(port);
    await until(() => service.sockets.size === 1);
    const memory = new CountedMemory();
    const block = memory.take();
    const pushLent = () => lend(memory, block, () => channels[0]?.push(block.bytes.subarray(0, LENT_BYTES)));
    // Until the kernel takes no more; that is far from what stops the channel, so that no 'drain' will follow.
    for (let pushed = 0; memory.kept === 0 && pushed < 64 * MEGABYTE; pushed += LENT_BYTES) pushLent();
    expect(memory.kept).toBe(1);
    client.resume();
    await until(() => memory.kept === 0);
    client.destroy();
  });

  it('resets a connection whose server sends past the window', async () => {
    let channel: ServerChannel | undefined;
    const { port, counter } = await forwardTo(1, {
      onChannel: (opened) => {
        channel = opened;
      },
    });
    const client = await connectTo(port);
    await until(() => channel !== undefined);
    // Steps over zero: no packet ends exactly where the window does.
    Object.assign((channel as unknown as { outgoing: object }).outgoing, { window: 1e12 });
    const chunk = Buffer.alloc(30_001);
    for (let sent = 0; sent < 30 * MEGABYTE; sent += chunk.length) channel?.write(chunk);
    await until(() => counter.connectionsOpen === 0);
    client.destroy();
  });

  it('is closed at once while its FIN still waits for a slow program', async () => {
    const spring = opened(await startService((socket) => void sendRandom(socket, 3 * MEGABYTE)));
    const { port, counter, listener } = await forwardTo(spring.port);
    const client = await connectTo(port);
    client.end();
    await untilStill(() => counter.received);
    const startedAt = performance.now();
    await listener.close();
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(counter.connectionsOpen).toBe(0);
    client.destroy();
  });

  it('lets the data before an end through to a program that reads late', async () => {
    const spring = opened(await startService((socket) => void sendRandom(socket, 3 * MEGABYTE)));
    const { port, counter } = await forwardTo(spring.port);
    const client = await connectTo(port);
    client.end();
    await untilStill(() => counter.received);
    const { how, data } = await readToEnd(client);
    expect({ how, length: data.length }).toEqual({ how: 'fin', length: 3 * MEGABYTE });
  });

  it('brings all to a slow program that goes on speaking after the server has closed', async () => {
    let server: ServerChannel | undefined;
    const { port, counter, session } = await forwardTo(1, {
      onChannel: (accepted) => {
        server = accepted.resume();
      },
    });
    const channels = recordChannels(session.source);
    const client = await connectTo(port);
    await until(() => server !== undefined);
    // Until the kernel and the pump are full, so that some waits in the channel: an end needs no window.
    let sent = 0;
    await until(() => {
      const room = windowOf(server);
      server?.write(Buffer.alloc(room));
      sent += room;
      return channels[0]?.isPaused() === true && channels[0].readableLength > 0;
    });
    server?.end(); // ssh2's server: EOF, then CLOSE
    await until(() => channels[0]?.writableEnded === true);
    client.write(Buffer.alloc(MEGABYTE));
    const { how, data } = await readToEnd(client);
    expect({ how, length: data.length }).toEqual({ how: 'fin', length: sent });
    // It never ends by itself.
    await until(() => counter.connectionsOpen === 0);
    client.destroy();
  });

  it('brings the other side all that a program said before it left, though that side goes on speaking', async () => {
    let server: ServerChannel | undefined;
    const { port, counter, session } = await forwardTo(1, {
      onChannel: (accepted) => {
        server = accepted;
      },
    });
    const channels = recordChannels(session.source);
    const client = await connectTo(port);
    await until(() => server !== undefined && channels.length === 1);
    // Until some of it waits for the server's window.
    let sent = 0;
    while (channels[0]?.writableLength === 0) {
      client.write(Buffer.alloc(4 * LENT_BYTES));
      sent += 4 * LENT_BYTES;
      await until(() => counter.sent === sent);
    }
    client.end(() => client.destroy());
    await until(() => channels[0]?.writableEnded === true);
    const speaking = setInterval(() => server?.write('Are you still there?'), 5);
    await until(() => counter.connectionsOpen === 0);
    clearInterval(speaking);
    let received = 0;
    for await (const chunk of server ?? []) received += (chunk as Buffer).length;
    expect(received).toBe(sent);
  });
});

async function forwardTo(targetPort: number, options: TestSshServerOptions = {}) {
  const server = opened(await startTestSshServer(options));
  const session = opened(await openTestSession(server.port));
  const { listener, port, counter } = await openListener(targetPort);
  opened(listener);
  listener.attach(session.source);
  return { listener, port, counter, server, session };
}

const LENT_BYTES = 16 * 1024;

/** Tells how many blocks receivers keep. */
class CountedMemory extends InboundMemory {
  kept = 0;

  override keep(block: Block): GiveBack | null {
    const giveBack = super.keep(block);
    if (giveBack === null) return null;
    this.kept += 1;
    return () => {
      this.kept -= 1;
      giveBack();
    };
  }
}

/** How many bytes the server may still send. */
function windowOf(channel: ServerChannel | undefined): number {
  return (channel as unknown as { outgoing: { window: number } } | undefined)?.outgoing.window ?? 0;
}

/** Collects the channels that are opened from now on. */
function recordChannels(source: ChannelSource): readonly Channel[] {
  const channels: Channel[] = [];
  const open = source.openChannel.bind(source);
  source.openChannel = async (...ends) => {
    const result = await open(...ends);
    if (result.ok) channels.push(result.value);
    return result;
  };
  return channels;
}

/** Writes without end, as fast as the socket takes it. */
function flood(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024);
  const fill = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', fill);
  fill();
}
