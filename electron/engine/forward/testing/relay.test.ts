import { connect, type Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import { expect, it } from 'vitest';
import { insideOf } from '../channel-inside.ts';
import type { Channel } from '../channel-source.ts';
import { closeAfterEach } from './cleanup.ts';
import { relay } from './relay.ts';
import { startService, until } from './sockets.ts';
import { openTestSession } from './ssh-client.ts';
import { startTestSshServer } from './ssh-server.ts';

const opened = closeAfterEach();
const HERE = '127.0.0.1';

it('brings the last words of a target that ends while they wait for the window', async () => {
  const { channel, serverChannel, socket, target } = await openRelayed();
  let sent = 0;
  for (let room = windowOf(channel); room > 0; room = windowOf(channel)) {
    target.write(Buffer.alloc(room));
    sent += room;
    await until(() => channel.readableLength === sent);
  }
  target.end('last words');
  await until(() => socket.readableEnded);
  expect(serverChannel.writableLength).toBeGreaterThan(0);

  const received: Buffer[] = [];
  for await (const chunk of channel) received.push(chunk as Buffer);
  expect(Buffer.concat(received).subarray(sent).toString()).toBe('last words');
});

/** A channel that nobody reads yet, and what it is joined to on the server's side. */
async function openRelayed() {
  let target: Socket | undefined;
  const service = opened(
    await startService((accepted) => {
      target = accepted;
    }),
  );
  const socket = connect({ host: HERE, port: service.port, allowHalfOpen: true });
  let serverChannel: ServerChannel | undefined;
  const server = opened(
    await startTestSshServer({
      onChannel: (accepted) => {
        serverChannel = accepted;
        relay(socket, accepted);
      },
    }),
  );
  const { source } = opened(await openTestSession(server.port));
  const end = { host: HERE, port: 1 };
  const channel = await source.openChannel(end, end);
  await until(() => target !== undefined);
  if (!channel.ok || target === undefined || serverChannel === undefined) throw new Error('Not joined.');
  return { channel: channel.value, serverChannel, socket, target };
}

/** How many bytes the server may still send. */
function windowOf(channel: Channel): number {
  return insideOf(channel).incoming?.window ?? 0;
}
