import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { SOCKET_BUFFER_BYTES } from './pump.ts';

/** How long a target may take to answer, in milliseconds, over all its addresses. */
export const DIAL_TIMEOUT_MS = 10_000;

/**
 * Connects to a target from this computer, trying its IPv6 and IPv4 addresses in turn (RFC 8305).
 * Fails with the system's code (ECONNREFUSED, ENOTFOUND, ...), with ETIMEDOUT, or with ABORTED.
 * The socket is not yet read from.
 */
export function dial(target: Endpoint, signal: AbortSignal): Promise<Result<Socket, string>> {
  return new Promise((resolve) => {
    const options: TcpNetConnectOpts & { readonly highWaterMark: number } = {
      host: target.host,
      port: target.port,
      autoSelectFamily: true,
      allowHalfOpen: true,
      noDelay: true,
      highWaterMark: SOCKET_BUFFER_BYTES,
    };
    const socket = connect(options);
    const finish = (result: Result<Socket, string>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('connect', onConnect);
      if (!result.ok) socket.destroy();
      resolve(result);
    };
    const onError = (error: NodeJS.ErrnoException) => finish(fail(error.code ?? error.message));
    const onAbort = () => finish(fail('ABORTED'));
    const onConnect = () => finish(succeed(socket));
    const timer = setTimeout(() => finish(fail('ETIMEDOUT')), DIAL_TIMEOUT_MS);
    socket.on('error', () => {}); // stays: whoever takes the socket learns what matters from 'close'
    socket.on('error', onError).on('connect', onConnect);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}
