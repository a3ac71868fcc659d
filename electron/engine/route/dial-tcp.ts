import { connect, type Socket } from 'node:net';
import type { ConnectionSettings } from '#shared/connection-settings.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { ConnectPhase } from '#shared/tunnel-state.ts';
import { classifySessionError, needsLookup } from '../ssh/classify-error.ts';
import { Wire } from '../ssh/wire/wire.ts';
import type { Carrier } from './carrier.ts';

/**
 * How long one of a host's several addresses may take to answer before the next one is tried. Node's own 250 ms
 * gives up on servers beyond a satellite or a busy mobile network.
 */
const ADDRESS_TIMEOUT_MS = 3_000;

/** What every kind of dialling is told. */
export interface DialOptions {
  /** Aborted: everything is closed, and what comes back is of no interest any more. */
  readonly signal: AbortSignal;
  /** For name resolution and TCP, in milliseconds. */
  readonly connectMs: number;
  /** The address of this computer to dial from; undefined leaves it to the system. */
  readonly bindAddress?: string | undefined;
  readonly addressFamily?: ConnectionSettings['addressFamily'];
  onPhase(phase: Extract<ConnectPhase, 'dns' | 'tcp' | 'turn'>): void;
}

/** A carrier over TCP. */
export interface TcpCarrier extends Carrier {
  readonly stream: Socket;
}

/** Connects to a server. Settles only once the socket is open or really closed; never rejects. */
export function dialTcp(server: Endpoint, options: DialOptions): Promise<Result<TcpCarrier, TunnelError>> {
  const { host, port } = server;
  const { signal, connectMs, bindAddress, addressFamily, onPhase } = options;
  return new Promise((resolve) => {
    const wire = new Wire();
    const seconds = Math.round(connectMs / 1000);
    let cause: unknown = null;
    let hasTimedOut = false;
    onPhase(needsLookup(host) ? 'dns' : 'tcp');
    const socket = connect({
      host,
      port,
      noDelay: true,
      ...(bindAddress !== undefined && { localAddress: bindAddress }),
      ...(addressFamily !== undefined && { family: addressFamily === 'inet' ? 4 : 6 }),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ADDRESS_TIMEOUT_MS,
      onread: wire.onread,
    });
    wire.listen(socket);
    const timer = setTimeout(() => {
      hasTimedOut = true;
      socket.destroy();
    }, connectMs);
    const giveUp = () => socket.destroy();
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    // Stays on: between the connection and its session nobody else listens.
    socket.on('error', (error) => {
      cause ??= error;
    });
    socket.once('lookup', (error) => {
      if (!error) onPhase('tcp');
    });
    const settle = (outcome: Result<TcpCarrier, TunnelError>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.off('close', onClose);
      resolve(outcome);
    };
    const onClose = () => {
      const error: TunnelError = hasTimedOut
        ? { code: 'connectTimedOut', host, port, seconds }
        : classifySessionError(cause, 'dial', server, false);
      settle(fail(error.code === 'connectTimedOut' ? { ...error, seconds } : error));
    };
    socket.once('close', onClose);
    socket.once('connect', () =>
      settle(
        succeed({
          stream: socket,
          serverAddress: socket.remoteAddress,
          attach: (client) => wire.attach(client),
          explainEnd: () => null,
        }),
      ),
    );
  });
}
