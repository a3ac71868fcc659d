import { readFile } from 'node:fs/promises';
import path from 'node:path';
import tls from 'node:tls';
import { startTcpServer, type TcpTarget } from './tcp-server.ts';

/** Speaks TLS and nothing else, with a certificate for imap.example.org that is signed by itself. */
export async function startTlsServer(): Promise<TcpTarget> {
  const folder = path.join(import.meta.dirname, 'fixtures/tls');
  const [key, cert] = await Promise.all(
    ['key.pem', 'certificate.pem'].map((file) => readFile(path.join(folder, file))),
  );
  const secureContext = tls.createSecureContext({ key, cert });
  return startTcpServer((client) => {
    new tls.TLSSocket(client, { isServer: true, secureContext }).on('error', () => {});
  });
}
