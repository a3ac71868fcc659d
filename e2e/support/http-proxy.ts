import { once } from 'node:events';
import { createServer } from 'node:http';
import net from 'node:net';

/** A real HTTP proxy: Node's own server, with CONNECT to anywhere. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** What it was asked to connect to, in order; askings without the right login too. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Starts one on loopback; with `login` it wants that user and password (Basic, RFC 7617). */
export async function startHttpProxy(login?: {
  readonly user: string;
  readonly password: string;
}): Promise<HttpProxy> {
  const asked: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = createServer();
  const wanted = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  server.on('connect', (request, client: net.Socket, head: Buffer) => {
    asked.push(request.url ?? '');
    sockets.add(client);
    client.on('error', () => {});
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\n\r\n');
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const target = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\nX-Served-By: test\r\n\r\n');
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    client.on('close', () => target.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
