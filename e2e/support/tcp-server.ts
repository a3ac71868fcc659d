import { once } from 'node:events';
import net from 'node:net';
import { findFreePort } from './free-port.ts';

/** A TCP server that plays a forward's target. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** How many clients it has accepted so far. */
  accepted(): number;
  /** How many of them are still connected. */
  open(): number;
  /** Resets those still connected; the server goes on. */
  dropClients(): void;
  close(): Promise<void>;
}

export interface TcpTargetOptions {
  /** An address of this machine. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** Listens and hands each client to `serve`. Its sockets have half-close on, no Nagle delay, and errors noted by nobody. */
export async function startTcpServer(
  serve: (client: net.Socket) => void,
  options: TcpTargetOptions & { readonly pauseOnConnect?: boolean } = {},
): Promise<TcpTarget> {
  const { host = '127.0.0.1', pauseOnConnect = false } = options;
  const clients = new Set<net.Socket>();
  let accepted = 0;
  const server = net.createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect }, (client) => {
    accepted += 1;
    clients.add(client);
    // A client that resets is a client that is gone: `close` follows.
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    serve(client);
  });
  const port = await listen(server, host, options.port);
  const dropClients = () => {
    for (const client of clients) client.resetAndDestroy();
  };
  const end = async () => {
    const closed = once(server, 'close');
    server.close();
    dropClients();
    await closed;
  };
  let closed: Promise<void> | null = null;
  return {
    host,
    port,
    accepted: () => accepted,
    open: () => clients.size,
    dropClients,
    close: () => {
      closed ??= end();
      return closed;
    },
  };
}

/** The port it got. Chosen below the range of outgoing connections: see {@link findFreePort}. */
async function listen(server: net.Server, host: string, wantedPort: number | undefined): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = wantedPort ?? (await findFreePort(host));
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return port;
    } catch (error) {
      if (wantedPort !== undefined || attempt === 5) throw error;
    }
  }
}
