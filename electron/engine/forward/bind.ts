import { createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { lendingSocket } from './lending-socket.ts';
import { SOCKET_BUFFER_BYTES } from './pump.ts';

/** Where to listen on this computer, as the user wrote it. */
export interface LocalBind {
  /** `localhost` or empty: both loopback addresses; `*`: all addresses; else one address. */
  readonly address: string;
  readonly port: number;
}

/** The bound sockets of one listener, and where they really are. */
export interface BoundServers {
  readonly servers: readonly Server[];
  readonly bound: readonly Endpoint[];
}

/**
 * Binds a listener's sockets: all of them or none. New clients come paused and unread.
 *
 * `localhost` is 127.0.0.1 and, where this computer has it, ::1, on the same port: most programs try ::1
 * first, and whoever else held it there would get our clients. `*` is one dual-stack socket.
 */
export async function bindServers(
  bind: LocalBind,
  onClient: (socket: Socket) => void,
): Promise<Result<BoundServers, TunnelError>> {
  const address = bind.address.trim().toLowerCase();
  if (address === '' || address === 'localhost') return bindLoopback(bind.port, onClient);
  if (address !== '*') return bindOne({ host: bind.address.trim(), port: bind.port }, onClient);
  const dualStack = await listen({ host: '::', port: bind.port }, onClient);
  if (!dualStack.ok && hasNoSuchAddress(dualStack.error)) {
    return bindOne({ host: '0.0.0.0', port: bind.port }, onClient);
  }
  return dualStack.ok ? succeed(gather([dualStack.value])) : fail(classify(dualStack.error, bind));
}

/** Closes servers; resolves when their ports are free. Whose clients are left is the listener's business. */
export async function closeServers(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}

async function bindOne(
  endpoint: Endpoint,
  onClient: (socket: Socket) => void,
): Promise<Result<BoundServers, TunnelError>> {
  const server = await listen(endpoint, onClient);
  if (!server.ok) return fail(classify(server.error, { address: endpoint.host, port: endpoint.port }));
  return succeed(gather([server.value]));
}

/** A port that the kernel chose for one family can be taken in the other; then it may choose again. */
const FREE_PORT_TRIES = 10;

async function bindLoopback(
  port: number,
  onClient: (socket: Socket) => void,
): Promise<Result<BoundServers, TunnelError>> {
  for (let tries = 1; ; tries += 1) {
    const v4 = await listen({ host: '127.0.0.1', port }, onClient);
    if (!v4.ok) return fail(classify(v4.error, { address: '127.0.0.1', port }));
    const chosen = endpointOf(v4.value).port;
    const v6 = await listen({ host: '::1', port: chosen }, onClient);
    if (v6.ok) return succeed(gather([v4.value, v6.value]));
    if (hasNoSuchAddress(v6.error)) return succeed(gather([v4.value]));
    // Not waited for: the port is free at once, while an early client would keep the server from closing.
    v4.value.close();
    if (port !== 0 || tries === FREE_PORT_TRIES) {
      return fail(classify(v6.error, { address: '::1', port: chosen }));
    }
  }
}

function listen(
  endpoint: Endpoint,
  onClient: (socket: Socket) => void,
): Promise<Result<Server, NodeJS.ErrnoException>> {
  return new Promise((resolve) => {
    const server = createServer(
      { allowHalfOpen: true, noDelay: true, pauseOnConnect: true, highWaterMark: SOCKET_BUFFER_BYTES },
      (accepted) => onClient(lendingSocket(accepted, SOCKET_BUFFER_BYTES)),
    );
    server.once('error', (error) => resolve(fail(error)));
    server.listen({ host: endpoint.host, port: endpoint.port }, () => {
      // From now on an error concerns one accept, such as EMFILE: the listener itself goes on.
      server.on('error', () => {});
      resolve(succeed(server));
    });
  });
}

function gather(servers: readonly Server[]): BoundServers {
  return { servers, bound: servers.map(endpointOf) };
}

function endpointOf(server: Server): Endpoint {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a TCP address');
  return { host: address.address, port: address.port };
}

/** Claims that this computer lacks the address, or the whole family. */
function hasNoSuchAddress({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}

function classify(error: NodeJS.ErrnoException, { address, port }: LocalBind): TunnelError {
  const endpoint = { host: address, port };
  switch (error.code) {
    case 'EADDRINUSE':
      return { code: 'portInUse', endpoint, holder: null };
    case 'EACCES':
    case 'EPERM':
      return { code: 'portNeedsPrivilege', endpoint, freeFrom: null };
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { code: 'addressNotHere', endpoint, addresses: [] };
    default:
      return { code: 'listenFailed', endpoint, cause: error.code ?? error.message };
  }
}
