import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

/** A client of a forward, as a program of the user's would be one. */
export interface TcpClient {
  readonly socket: net.Socket;
  /** How its connection ended, once it did: with the other side's end of data, or with a reset. */
  readonly ended: Promise<'finished' | 'reset'>;
  /** All that came so far. */
  text(): string;
  /** Waits until this text came. Throws when the connection ends first. */
  waitFor(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects, with half-close on and nothing read yet. Rejects where nobody listens. */
export async function dialTcp(port: number, host = '127.0.0.1'): Promise<net.Socket> {
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  // From now on a reset is no surprise: `close` follows.
  socket.on('error', () => {});
  return socket;
}

/** Dials and reads all that comes. Rejects where nobody listens. */
export async function connectTcp(port: number, host?: string): Promise<TcpClient> {
  return readingClient(await dialTcp(port, host));
}

/**
 * Dials a SOCKS 5 proxy on loopback and has it connect to an IPv4 address (RFC 1928); what is read next comes
 * from there. Throws when the proxy refuses.
 */
export async function dialThroughSocks5(
  proxyPort: number,
  target: { readonly host: string; readonly port: number },
): Promise<net.Socket> {
  const socket = await dialTcp(proxyPort);
  const address = target.host.split('.').map(Number);
  socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 1, ...address, target.port >> 8, target.port & 0xff]));
  // Two bytes choose "no authentication", ten more say how the connection went.
  const answer = await readExactly(socket, 12);
  if (answer[3] !== 0) throw new Error(`The SOCKS proxy refuses: ${answer.toString('hex')}`);
  return socket;
}

/** Reads to the end of the stream; throws where it was reset. */
export async function hashToEnd(
  socket: net.Socket,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    hash.update(chunk);
  });
  socket.resume();
  if ((await howItEnds(socket)) === 'reset') throw new Error(`Reset after ${bytes} bytes`);
  return { bytes, sha256: hash.digest('hex') };
}

/** Closes a socket; resolves when it is closed. */
export async function closeSocket(socket: net.Socket): Promise<void> {
  if (socket.closed) return;
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
}

function readingClient(socket: net.Socket): TcpClient {
  const chunks: Buffer[] = [];
  let onProgress: () => void = () => {};
  const ended = howItEnds(socket);
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    onProgress();
  });
  const text = () => Buffer.concat(chunks).toString('latin1');
  return {
    socket,
    ended,
    text,
    waitFor: (wanted) =>
      new Promise((resolve, reject) => {
        onProgress = () => {
          if (text().includes(wanted)) resolve();
        };
        onProgress();
        void ended.then((how) =>
          reject(new Error(`${how} after ${JSON.stringify(text())} without ${JSON.stringify(wanted)}`)),
        );
      }),
    close: () => closeSocket(socket),
  };
}

function howItEnds(socket: net.Socket): Promise<'finished' | 'reset'> {
  return new Promise((resolve) => {
    socket.on('end', () => resolve('finished'));
    socket.on('error', () => resolve('reset'));
    socket.on('close', () => resolve('reset'));
  });
}

/** Reads that many bytes and leaves the rest in the socket, paused. */
function readExactly(socket: net.Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const onClose = () => reject(new Error(`Closed before ${count} bytes came.`));
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < count) return;
      socket.pause().off('data', onData).off('close', onClose);
      if (bytes.length > count) socket.unshift(bytes.subarray(count));
      resolve(bytes.subarray(0, count));
    };
    socket.on('data', onData).on('close', onClose);
  });
}

/** Connects, waits for this text, and hangs up. */
export async function expectGreeting(port: number, text = '* OK', host = '127.0.0.1'): Promise<void> {
  const client = await connectTcp(port, host);
  try {
    await client.waitFor(text);
  } finally {
    await client.close();
  }
}

/** Claims that somebody listens there. */
export async function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  const client = await connectTcp(port, host).catch(() => null);
  await client?.close();
  return client !== null;
}
