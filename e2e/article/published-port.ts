import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createClosers } from '../support/closers.ts';
import { requireProgram } from '../support/programs.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';
import type { Machine } from './machine.ts';

export interface PublishedPort {
  close(): Promise<void>;
}

/**
 * Lets a server of this process be reached at a TCP port of a machine. A process cannot listen in a namespace that it
 * is not in, but a Unix socket is a file, and files are the same for all: socat listens there and hands each client on.
 */
export async function publish(
  machine: Machine,
  port: number,
  serve: (client: net.Socket) => void,
): Promise<PublishedPort> {
  const closers = createClosers();
  try {
    const folder = await createTemporaryFolder('published');
    closers.add(folder.close);
    const file = path.join(folder.path, 'socket');
    closers.add(await serveAtFile(file, serve));
    const listen = `TCP4-LISTEN:${port},bind=${machine.address},reuseaddr,fork,backlog=64`;
    const socat = await startServerProcess({
      program: requireProgram('socat'),
      // Twice -d: it says when it listens.
      args: ['-d', '-d', listen, `UNIX-CONNECT:${file}`],
      within: machine.within,
      readyLine: /listening on/,
      portTakenLine: /Address already in use/,
      onLog: () => {},
    });
    closers.add(socat.kill);
    return { close: closers.close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function serveAtFile(file: string, serve: (client: net.Socket) => void): Promise<() => Promise<void>> {
  const clients = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    serve(client);
  });
  server.listen(file);
  await once(server, 'listening');
  return async () => {
    const closed = once(server, 'close');
    server.close();
    for (const client of clients) client.destroy();
    await closed;
  };
}
