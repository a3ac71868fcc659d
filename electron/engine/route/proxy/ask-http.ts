import type { Duplex } from 'node:stream';
import { type Endpoint, formatEndpoint } from '#shared/endpoint.ts';
import { asciiHost } from '../../ascii-host.ts';
import { makeServerLineSafe } from '../../ssh/server-text.ts';
import type { ProxyLogin, ProxyReply } from './proxy-reply.ts';
import { readUntil, StreamTooLong } from './read-stream.ts';

/** Heads of answers are a few hundred bytes long. */
const LONGEST_HEAD_BYTES = 16 * 1024;

const PROXY_LOGIN_REQUIRED = 407;

/**
 * Asks an HTTP proxy to connect to `target` (CONNECT, RFC 9110 section 9.3.6; Basic login, RFC 7617). The stream is then
 * the connection. Rejects with `StreamEnded` when the proxy hangs up or talks without end; has no clock of its own.
 */
export async function askHttp(
  stream: Duplex,
  target: Endpoint,
  login: ProxyLogin | null,
): Promise<ProxyReply> {
  const authority = formatEndpoint({ host: asciiHost(target.host), port: target.port });
  const head = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (login !== null) {
    const credentials = Buffer.from(`${login.user}:${login.password}`).toString('base64');
    head.push(`Proxy-Authorization: Basic ${credentials}`);
  }
  stream.write(`${head.join('\r\n')}\r\n\r\n`);
  const answer = await readHead(stream);
  if (answer === null) return { kind: 'notSuchAProxy' };
  const status = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?\r\n/.exec(answer);
  if (status === null) return { kind: 'notSuchAProxy' };
  const code = Number(status[1]);
  if (code >= 200 && code < 300) return { kind: 'connected' };
  if (code === PROXY_LOGIN_REQUIRED) {
    return login !== null && !/^proxy-authenticate:[ \t]*(?:.*,[ \t]*)?basic\b/im.test(answer)
      ? { kind: 'refused', reason: 'it wants a login of another kind than Basic' }
      : { kind: 'loginRefused' };
  }
  return { kind: 'refused', reason: `it answered ${makeServerLineSafe(`${code} ${status[2] ?? ''}`, 100)}` };
}

/** Null where it has no end. */
async function readHead(stream: Duplex): Promise<string | null> {
  try {
    return (await readUntil(stream, '\r\n\r\n', LONGEST_HEAD_BYTES)).toString('latin1');
  } catch (error) {
    if (error instanceof StreamTooLong) return null;
    throw error;
  }
}
