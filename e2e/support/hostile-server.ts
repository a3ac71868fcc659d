import type net from 'node:net';
import type { AuthContext, Connection, ServerConfig } from 'ssh2';
import { ssh2 } from '../../electron/engine/ssh/ssh2.ts';
import { createHostKey, knownHostsLines } from './host-keys.ts';
import { startTcpServer } from './tcp-server.ts';

/** What we use of the inside of ssh2's server, to say what it has no words for. */
export interface ServerInside {
  readonly _packetRW: {
    readonly write: {
      readonly allocStart: number;
      alloc(length: number): Buffer;
      finalize(packet: Buffer): Buffer;
    };
  };
  readonly _cipher: { encrypt(packet: Buffer): void };
  /** Gets each message of the client's. */
  readonly _decipher: { _onPayload: (payload: Buffer) => undefined };
  /** By type. */
  readonly _hostKeys: Record<string, unknown>;
  readonly _handlers: Record<string, (...values: never[]) => void>;
}

/** One client at a hostile server. */
export interface Victim {
  readonly connection: Connection;
  readonly socket: net.Socket;
  readonly inside: ServerInside;
  isGone(): boolean;
  /** Sends one message, whatever it is. Nothing once the client has gone. */
  send(payload: Buffer): void;
  /**
   * Sends as many messages as it is told, or until the client hangs up, and waits wherever the client does not keep up. Gives
   * how many were sent.
   */
  flood(count: number, make: (index: number) => Buffer): Promise<number>;
}

export interface HostileServerOptions {
  /** A client came; keys are not agreed on yet. */
  readonly onConnect?: (victim: Victim) => void;
  /** Default: everybody is let in at once. */
  readonly onLogin?: (victim: Victim, attempt: AuthContext) => void;
  /** A client is logged in. */
  readonly onOpen?: (victim: Victim) => void;
  readonly algorithms?: ServerConfig['algorithms'];
}

export interface HostileServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  knownHosts(): string;
  readonly victims: readonly Victim[];
  close(): Promise<void>;
}

/** Messages between two looks at whether the client keeps up. */
const BATCH = 32;

/**
 * An SSH server that speaks the protocol well up to the point where the test has it misbehave. Its half of a connection it never
 * closes by itself: a client that relies on that is not rid of it.
 */
export async function startHostileServer(options: HostileServerOptions = {}): Promise<HostileServer> {
  const hostKey = await createHostKey('ed25519');
  const victims: Victim[] = [];
  const { algorithms } = options;
  const config = { hostKeys: [hostKey.privateKey], ...(algorithms && { algorithms }) };
  const front = await startTcpServer((socket) => {
    // One server for each client: it tells then which connection is whose.
    const server = new ssh2.Server(config, (connection) => {
      const victim = makeVictim(connection, socket);
      victims.push(victim);
      connection.on('error', () => {});
      connection.setMaxListeners(0);
      connection.on('authentication', (attempt) => {
        if (options.onLogin) options.onLogin(victim, attempt);
        else attempt.accept();
      });
      connection.on('ready', () => options.onOpen?.(victim));
      options.onConnect?.(victim);
    });
    server.injectSocket(socket);
  });
  const { host, port } = front;
  return {
    host,
    port,
    user: 'victim',
    knownHosts: () => knownHostsLines(host, port, [hostKey]),
    victims,
    close: () => front.close(),
  };
}

function makeVictim(connection: Connection, socket: net.Socket): Victim {
  const { _protocol: inside } = connection as Connection & { readonly _protocol: ServerInside };
  socket.setMaxListeners(0);
  // Its end is noted by FIN already: we keep our half.
  let isGone = false;
  for (const event of ['end', 'close', 'error']) {
    socket.on(event, () => {
      isGone = true;
    });
  }
  const send = (payload: Buffer) => {
    if (isGone || !socket.writable) return;
    const { write } = inside._packetRW;
    const packet = write.alloc(payload.length);
    packet.set(payload, write.allocStart);
    inside._cipher.encrypt(write.finalize(packet));
  };
  const flood: Victim['flood'] = async (count, make) => {
    let sent = 0;
    while (sent < count && !isGone) {
      for (let each = 0; each < BATCH && sent < count; each += 1, sent += 1) send(make(sent));
      if (socket.writableNeedDrain) await drained(socket);
      else await new Promise((resolve) => setImmediate(resolve));
    }
    return sent;
  };
  return { connection, socket, inside, isGone: () => isGone, send, flood };
}

function drained(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of ['drain', 'end', 'close']) socket.off(event, settle);
      resolve();
    };
    for (const event of ['drain', 'end', 'close']) socket.on(event, settle);
    if (socket.destroyed) settle();
  });
}
