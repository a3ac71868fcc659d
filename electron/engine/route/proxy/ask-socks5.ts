import type { Duplex } from 'node:stream';
import type { Endpoint } from '#shared/endpoint.ts';
import type { ProxyLogin, ProxyReply } from './proxy-reply.ts';
import { readExactly } from './read-stream.ts';
import { socksAddress } from './socks-address.ts';

const VERSION = 5;
const NO_LOGIN = 0;
const USER_AND_PASSWORD = 2;
const CONNECT = 1;

/** REP of RFC 1928 section 6. */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'it failed',
  2: 'its rules do not allow it',
  3: 'the network cannot be reached',
  4: 'the host cannot be reached',
  5: 'the connection was refused',
  6: 'it took too long',
  7: 'it makes no connections',
  8: 'it knows no such kind of address',
};

/**
 * Asks a SOCKS 5 proxy (RFC 1928, RFC 1929) to connect to `target`; it resolves the name. The stream is then the
 * connection. Rejects with `StreamEnded` when the proxy hangs up; has no clock of its own.
 */
export async function askSocks5(
  stream: Duplex,
  target: Endpoint,
  login: ProxyLogin | null,
): Promise<ProxyReply> {
  if (login !== null && !fits(login)) return { kind: 'loginRefused' };
  const methods = login === null ? [NO_LOGIN] : [NO_LOGIN, USER_AND_PASSWORD];
  stream.write(Buffer.from([VERSION, methods.length, ...methods]));
  const [version, method] = await readExactly(stream, 2);
  if (version !== VERSION) return { kind: 'notSuchAProxy' };
  if (method === USER_AND_PASSWORD && login !== null) {
    stream.write(loginRequest(login));
    const [, status] = await readExactly(stream, 2);
    if (status !== 0) return { kind: 'loginRefused' };
  } else if (method !== NO_LOGIN) {
    return { kind: 'loginRefused' };
  }
  stream.write(Buffer.concat([Buffer.from([VERSION, CONNECT, 0]), socksAddress(target)]));
  const [replyVersion, reply, , addressKind] = await readExactly(stream, 4);
  if (replyVersion !== VERSION) return { kind: 'notSuchAProxy' };
  if (reply !== 0) return { kind: 'refused', reason: REFUSALS[reply ?? 1] ?? `it answered ${reply}` };
  return (await skipAddress(stream, addressKind ?? 0)) ? { kind: 'connected' } : { kind: 'notSuchAProxy' };
}

const LONGEST_PART_BYTES = 255;

/** A part that is cut is another one, and would count as a wrong try. */
function fits({ user, password }: ProxyLogin): boolean {
  return [user, password].every((part) => Buffer.byteLength(part) <= LONGEST_PART_BYTES);
}

/** RFC 1929 section 2. */
function loginRequest({ user, password }: ProxyLogin): Buffer {
  const part = (text: string) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  };
  return Buffer.concat([Buffer.from([1]), part(user), part(password)]);
}

/** BND.ADDR and BND.PORT, which say nothing that we need. */
async function skipAddress(stream: Duplex, kind: number): Promise<boolean> {
  switch (kind) {
    case 1:
      await readExactly(stream, 4 + 2);
      return true;
    case 4:
      await readExactly(stream, 16 + 2);
      return true;
    case 3: {
      const [length = 0] = await readExactly(stream, 1);
      await readExactly(stream, length + 2);
      return true;
    }
    default:
      return false;
  }
}
