import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOn } from './ssh-server.ts';

/** A TCP service on loopback that a test controls. */
export interface TestService {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Starts a service that allows half-close and hands every client to `onClient`. */
export async function startService(onClient: (socket: Socket) => void): Promise<TestService> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    onClient(socket);
  });
  const port = await listenOn(server, 0, '127.0.0.1');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { port, sockets, close };
}

/** A service that sends back what it gets, and ends when its client ends. */
export function startEcho(): Promise<TestService> {
  return startService((socket) => socket.pipe(socket));
}

/** Connects to a port on loopback, with half-close allowed. */
export function connectTo(port: number, host = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

/**
 * How a connection ended as its program sees it, with everything that came before. Only for connections
 * whose data was read before the reset: else libuv may call the reset an end (it takes a hang-up after a
 * partial read for EOF).
 */
export interface Ending {
  readonly how: 'fin' | 'reset';
  readonly data: Buffer;
}

/** Reads a socket to its end. */
export function readToEnd(socket: Socket): Promise<Ending> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => resolve({ how: 'fin', data: Buffer.concat(chunks) }));
    socket.on('error', () => resolve({ how: 'reset', data: Buffer.concat(chunks) }));
    socket.on('close', () => resolve({ how: 'reset', data: Buffer.concat(chunks) }));
  });
}

/** Reads so many bytes and leaves the rest. */
export function readBytes(socket: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const onClose = () => reject(new Error(`Closed after ${received.length} of ${count} bytes`));
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < count) return;
      socket.off('data', onData).off('close', onClose).pause();
      if (received.length > count) socket.unshift(received.subarray(count));
      resolve(received.subarray(0, count));
    };
    socket.on('data', onData).on('close', onClose);
    socket.resume();
  });
}

/** Resolves when a socket is closed, with RST or FIN. */
export function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}

/** The real clock, also in tests that fake it later. */
const realSetTimeout = setTimeout;

/** Resolves once the claim holds; the test's own time limit ends the wait. */
export async function until(claim: () => boolean): Promise<void> {
  while (!claim()) await new Promise((resolve) => realSetTimeout(resolve, 5));
}
