import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';

const lowestPort = 15_000;

/** Nobody may listen yet on a port that was given out. */
const given = new Set<number>();

/**
 * A TCP port of `host` on which nothing listens now, another one each time. Another process may still take it: retry on EADDRINUSE.
 * It lies below the range that the system gives to outgoing connections, so that it stays free while a server is
 * down for a restart, and so that a client which dials it meanwhile cannot connect to itself.
 */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(lowestPort, firstOutgoingPort());
    if (given.has(port) || !(await canListen(host, port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`Found no free TCP port on ${host}.`);
}

/** A port that refuses: it was bound, and is closed again. */
export const findRefusingPort = findFreePort;

function firstOutgoingPort(): number {
  const first = Number.parseInt(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8'), 10);
  return Math.max(first, lowestPort + 1000);
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    server.close();
  }
}
