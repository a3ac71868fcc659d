import { connect, type Socket } from 'node:net';
import type { CipherAlgorithm, Client, ClientChannel, Connection } from 'ssh2';
import { ssh2 } from '../../ssh2.ts';
import { Wire } from '../wire.ts';

/** A logged-in client of the test server whose socket is on a wire. */
export interface WiredSession {
  readonly client: Client;
  readonly socket: Socket;
  /** What the client said went wrong. */
  readonly errors: readonly string[];
  openChannel(): Promise<ClientChannel>;
  close(): Promise<void>;
}

/** Logs in as `Session` does. */
export function openWiredSession(port: number, cipher: CipherAlgorithm): Promise<WiredSession> {
  const wire = new Wire();
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread: wire.onread });
  wire.listen(socket);
  const client = new ssh2.Client();
  const errors: string[] = [];
  client.on('error', ({ message }) => errors.push(message));
  client.connect({
    sock: socket,
    username: 'tester',
    hostVerifier: () => true,
    algorithms: { cipher: [cipher] },
  });
  wire.attach(client);
  const openChannel = () =>
    new Promise<ClientChannel>((resolve, reject) => {
      client.forwardOut('127.0.0.1', 1, '127.0.0.1', 1, (error, channel) => {
        if (error) reject(error);
        else resolve(channel);
      });
    });
  const close = () =>
    new Promise<void>((closed) => {
      if (socket.closed) closed();
      socket.once('close', () => closed());
      socket.destroy();
    });
  return new Promise((resolve, reject) => {
    client.once('ready', () => resolve({ client, socket, errors, openChannel, close }));
    client.once('close', () => reject(new Error(errors[0] ?? 'The server hung up.')));
  });
}

/** ssh2's inner state. */
export function protocolOf(client: Client): { readonly _cipher: unknown; readonly _decipher: unknown } {
  return (client as Client & { readonly _protocol: ReturnType<typeof protocolOf> })._protocol;
}

/** Has both sides agree on new keys. */
export function newKeys(connection: Connection): Promise<void> {
  return new Promise((resolve) => connection.rekey(() => resolve()));
}
