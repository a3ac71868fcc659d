import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { TunnelError } from '#shared/tunnel-error.ts';

/** A stream of bytes that counts what came in, so that silence can be told from a busy line. */
export type CarrierStream = Duplex & { readonly bytesRead: number };

/**
 * An open way for one session's bytes to and from a server: a TCP socket, a channel of the session to a jump host, or a
 * program. Whoever holds it destroys its stream.
 */
export interface Carrier {
  readonly stream: CarrierStream;
  /** The address of the server itself; absent where somebody in between dials it. */
  readonly serverAddress?: string | undefined;
  /** Call it right after the session's client was given the stream. */
  attach(client: Client): void;
  /** What it knows about its own end that the stream cannot tell; null where that is nothing. */
  explainEnd(): TunnelError | null;
}
