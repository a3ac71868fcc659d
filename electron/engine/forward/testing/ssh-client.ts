import { connect, type Socket } from 'node:net';
import type { Client } from 'ssh2';
import { ssh2 } from '../../ssh/ssh2.ts';
import { SshChannelSource } from '../ssh-channel-source.ts';

/** A logged-in client of the test server, the socket below it, and its channels. */
export interface TestSession {
  readonly client: Client;
  readonly socket: Socket;
  readonly source: SshChannelSource;
  close(): Promise<void>;
}

/** Logs in at an SSH server on loopback that lets everybody in. */
export function openTestSession(port: number): Promise<TestSession> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const client = new ssh2.Client();
    client.on('error', reject);
    client.on('ready', () => {
      const source = new SshChannelSource(client, socket);
      const close = () =>
        new Promise<void>((closed) => {
          if (socket.closed) closed();
          socket.once('close', () => closed());
          socket.destroy();
        });
      resolve({ client, socket, source, close });
    });
    client.connect({ sock: socket, username: 'tester', hostVerifier: () => true });
  });
}
