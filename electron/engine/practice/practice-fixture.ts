import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel, ConnectConfig } from 'ssh2';
import { PRACTICE_USER, type PracticeIdentity } from '#shared/practice.ts';
import { ssh2 } from '../ssh/ssh2.ts';

/** For tests: logs in with ssh2's own client. Rejects with its error when that fails. */
export async function logIn(
  server: { readonly host: string; readonly port: number },
  identity: PracticeIdentity,
  config: ConnectConfig = {},
): Promise<Client> {
  const client = new ssh2.Client();
  client.connect({
    host: server.host,
    port: server.port,
    username: PRACTICE_USER,
    password: identity.password,
    ...config,
  });
  const hungUp = once(client, 'close').then(() => Promise.reject(new Error('The server hung up.')));
  await Promise.race([once(client, 'ready'), hungUp]);
  hungUp.catch(() => undefined);
  // Whatever happens to the client later is for the test to notice by its `close`.
  client.on('error', () => undefined);
  return client;
}

/** For tests: opens a channel to a target, or rejects with ssh2's refusal. */
export function openChannel(client: Client, host: string, port: number): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
}

/** For tests: reads until the text has come; rejects when the stream ends before. */
export function readUntil(stream: Duplex, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const hear = (chunk: Buffer) => {
      heard += chunk.toString();
      if (!heard.includes(text)) return;
      stream.off('data', hear);
      resolve(heard);
    };
    stream.on('data', hear);
    stream.on('end', () => reject(new Error(`The stream ended after ${JSON.stringify(heard)}.`)));
  });
}

/** For tests: reads all that comes until the stream's end. */
export async function readAll(stream: Duplex): Promise<string> {
  let heard = '';
  for await (const chunk of stream) heard += String(chunk);
  return heard;
}
