import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server that no page of ours may reach. */
export interface Trap {
  /** The paths that were asked for. */
  readonly visits: readonly string[];
  readonly url: string;
  close(): void;
}

/** Takes down and counts everything that comes in, and allows everything that a page could want. `/away` leads to `/led`. */
export async function openTrap(): Promise<Trap> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? '');
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/html' };
    if (request.url === '/away') response.writeHead(302, { ...headers, location: '/led' });
    else response.writeHead(200, headers);
    response.end('<title>Trap</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { visits, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
