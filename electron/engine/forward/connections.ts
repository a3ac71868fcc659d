import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { assertNever } from '#shared/assert-never.ts';
import type { ConnectionState } from '#shared/connection.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Pump } from './pump.ts';

/** What a connection was before its two sides were joined, or is now that one of them was turned away. */
export type ConnectionStage = Extract<ConnectionState, 'waiting' | 'asking' | 'opening' | 'closing'>;

/** Which end of the pump the client is: the socket for a local forward, the channel for a remote one. */
export type ClientSide = 'socket' | 'channel';

interface ConnectionStart {
  readonly client: Endpoint;
  readonly target: Endpoint | null;
  readonly socket: Socket | null;
  readonly stage: ConnectionStage;
  /** Ends it while no pump carries it. */
  abandon(): void;
}

/**
 * One accepted client, for as long as it lasts. It is told how far it is and is asked for the rest when somebody looks:
 * the bytes and the half-closes of a connection that nobody looks at cost nothing more.
 */
export class OpenConnection {
  readonly id = randomUUID();
  /** Milliseconds since the epoch. */
  readonly openedAt = Date.now();
  readonly client: Endpoint;
  /** Null while a SOCKS client has not said where it wants to go. */
  target: Endpoint | null;
  stage: ConnectionStage;
  /** The TCP socket on this computer; null while a remote forward's target is being dialled. */
  #socket: Socket | null;
  #joined: { readonly pump: Pump; readonly clientIs: ClientSide } | null = null;
  readonly #abandon: () => void;
  #here: { readonly ours: Endpoint; readonly theirs: Endpoint } | null = null;

  constructor({ client, target, socket, stage, abandon }: ConnectionStart) {
    this.client = client;
    this.target = target;
    this.stage = stage;
    this.#socket = socket;
    this.#abandon = abandon;
  }

  /** From now on the pump carries it. */
  join(pump: Pump, socket: Socket, clientIs: ClientSide): void {
    this.#socket = socket;
    this.#joined = { pump, clientIs };
  }

  get state(): ConnectionState {
    if (this.#joined === null) return this.stage;
    const { pump, clientIs } = this.#joined;
    const { progress } = pump;
    switch (progress) {
      case 'open':
      case 'closing':
        return progress;
      case 'socketEnded':
        return clientIs === 'socket' ? 'clientEnded' : 'targetEnded';
      case 'channelEnded':
        return clientIs === 'channel' ? 'clientEnded' : 'targetEnded';
      default:
        return assertNever(progress);
    }
  }

  /** Bytes that came from the channel. */
  get received(): number {
    return this.#joined?.pump.received ?? 0;
  }

  /** Bytes that went into it. */
  get sent(): number {
    return this.#joined?.pump.sent ?? 0;
  }

  /** Both ends of its TCP connection on this computer, as the kernel has them. */
  get here(): { readonly ours: Endpoint; readonly theirs: Endpoint } | null {
    if (this.#here !== null) return this.#here;
    const { localAddress, localPort, remoteAddress, remotePort } = this.#socket ?? {};
    if (localAddress === undefined || localPort === undefined) return null;
    if (remoteAddress === undefined || remotePort === undefined) return null;
    this.#here = {
      ours: { host: localAddress, port: localPort },
      theirs: { host: remoteAddress, port: remotePort },
    };
    return this.#here;
  }

  /** Ends it at once, with a reset to both sides. Safe to call more than once. */
  end(): void {
    if (this.#joined) void this.#joined.pump.close();
    else this.#abandon();
  }
}

/** The connections of one forward that are open now, the oldest first. */
export class OpenConnections implements Iterable<OpenConnection> {
  readonly #open = new Set<OpenConnection>();

  /** Takes note of a new one; give it to `remove` once it is gone. */
  add(start: ConnectionStart): OpenConnection {
    const connection = new OpenConnection(start);
    this.#open.add(connection);
    return connection;
  }

  remove(connection: OpenConnection): void {
    this.#open.delete(connection);
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<OpenConnection> {
    return this.#open.values();
  }
}
