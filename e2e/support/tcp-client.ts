import { once } from 'node:events';
import net from 'node:net';

/** A client of a forward, as a program of the user's would be one. */
export interface TcpClient {
  readonly socket: net.Socket;
  /** How its connection ended, once it did: with the other side's end of data, or with a reset. */
  readonly ended: Promise<'finished' | 'reset'>;
  /** All that came so far. */
  text(): string;
  /** Waits for the other side's end of data and gives all that came; throws where it was reset. */
  readToEnd(): Promise<Buffer>;
  /** Waits until this text came. Throws when the connection ends first. */
  waitFor(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Connects, with half-close on, and reads all that comes. Rejects where nobody listens. */
export async function connectTcp(port: number, host = '127.0.0.1'): Promise<TcpClient> {
  const socket = net.connect({ host, port, allowHalfOpen: true, noDelay: true });
  const chunks: Buffer[] = [];
  let onProgress: () => void = () => {};
  const ended = new Promise<'finished' | 'reset'>((resolve) => {
    socket.on('end', () => resolve('finished'));
    socket.on('error', () => resolve('reset'));
    socket.on('close', () => resolve('reset'));
  });
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    onProgress();
  });
  await once(socket, 'connect');
  const text = () => Buffer.concat(chunks).toString('latin1');
  return {
    socket,
    ended,
    text,
    readToEnd: async () => {
      if ((await ended) === 'reset') throw new Error(`Reset after ${JSON.stringify(text().slice(-200))}`);
      return Buffer.concat(chunks);
    },
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
    close: async () => {
      if (socket.closed) return;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.destroy();
      await closed;
    },
  };
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
