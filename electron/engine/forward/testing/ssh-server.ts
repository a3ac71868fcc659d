import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import { createPracticeIdentity } from '../../practice/practice-identity.ts';
import { ssh2 } from '../../ssh/ssh2.ts';
import { relay } from './relay.ts';

/** How the server behaves; a refused direct-tcpip is always "connect failed", ssh2's server has no other. */
export interface TestSshServerOptions {
  /** Ports that tcpip-forward is refused for. */
  readonly refusedPorts?: ReadonlySet<number>;
  /** Opens channels that allow packets of no bytes, as no honest server does. */
  readonly allowsNoBytes?: boolean;
  /** Leaves every direct-tcpip request unanswered. */
  readonly neverOpens?: boolean;
  /** Gets the channel of a direct-tcpip request in place of a connection to the target. */
  readonly onChannel?: (channel: ServerChannel) => void;
}

/** An SSH server for tests: it lets everybody in and forwards both ways, with half-close as sshd has it. */
export interface TestSshServer {
  readonly port: number;
  /** The bind addresses and ports that tcpip-forward asked for, in order. */
  readonly requestedBinds: readonly string[];
  /** Connections of the clients, newest last. */
  readonly connections: readonly Connection[];
  /** Opens a forwarded-tcpip channel, asked for or not; resolves with whether the client took it. */
  openIncoming(address: string, port: number): Promise<ServerChannel | 'rejected'>;
  /** Stops reading from all clients, as a link without a way out does; `unstall` goes on. */
  stall(): void;
  unstall(): void;
  /** Cuts the TCP connections of all clients with RST. */
  cut(): void;
  /** Ends the TCP connections of all clients with FIN. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Not straight from ssh2, which now and then writes a key that it cannot read itself. */
const HOST_KEY = createPracticeIdentity().hostKey;

/** Starts the server on a free port of 127.0.0.1. */
export async function startTestSshServer(options: TestSshServerOptions = {}): Promise<TestSshServer> {
  const transports = new Set<Socket>();
  const connections: Connection[] = [];
  const requestedBinds: string[] = [];
  const ssh = new ssh2.Server({ hostKeys: [HOST_KEY] }, (connection) => {
    connections.push(connection);
    connection.setMaxListeners(0);
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => attempt.accept());
    if (options.allowsNoBytes) allowNoBytes(connection);
    acceptDirect(connection, options);
    acceptForwards(connection, options, requestedBinds);
  });
  const front = createServer((socket) => {
    socket.setNoDelay(true);
    transports.add(socket);
    socket.on('close', () => transports.delete(socket));
    ssh.injectSocket(socket);
  });
  const port = await listenOn(front, 0, '127.0.0.1');
  return {
    port,
    requestedBinds,
    connections,
    openIncoming: (address, boundPort) =>
      new Promise((resolve) => {
        connections.at(-1)?.forwardOut(address, boundPort, '127.0.0.1', 4711, (error, channel) => {
          resolve(error ? 'rejected' : channel);
        });
      }),
    stall: () => {
      for (const socket of transports) socket.pause();
    },
    unstall: () => {
      for (const socket of transports) socket.resume();
    },
    cut: () => {
      for (const socket of transports) socket.resetAndDestroy();
    },
    hangUp: () => {
      for (const socket of transports) socket.destroySoon();
    },
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        for (const socket of transports) socket.destroy();
      }),
  };
}

function acceptDirect(connection: Connection, options: TestSshServerOptions): void {
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    if (options.neverOpens) return;
    if (options.onChannel) {
      options.onChannel(accept());
      return;
    }
    const target = connect({ host: destIP, port: destPort, allowHalfOpen: true, noDelay: true });
    target.once('error', () => reject());
    target.once('connect', () => {
      target.removeAllListeners('error');
      relay(target, accept());
    });
    connection.on('close', () => target.destroy());
  });
}

function acceptForwards(connection: Connection, options: TestSshServerOptions, requested: string[]): void {
  const listeners = new Map<number, NetServer>();
  connection.on('close', () => {
    for (const listener of listeners.values()) listener.close();
  });
  connection.on('request', (accept, reject, name, info) => {
    if (name === 'cancel-tcpip-forward') {
      listeners.get(info.bindPort)?.close();
      accept?.();
      return;
    }
    if (name !== 'tcpip-forward') return reject?.();
    requested.push(`${info.bindAddr}:${info.bindPort}`);
    if (options.refusedPorts?.has(info.bindPort)) return reject?.();
    let port = info.bindPort;
    const listener = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => {});
      const { remoteAddress = '', remotePort = 0 } = client;
      connection.forwardOut(info.bindAddr, port, remoteAddress, remotePort, (error, channel) => {
        if (error) client.resetAndDestroy();
        else relay(client, channel);
      });
      connection.on('close', () => client.destroy());
    });
    listenOn(listener, info.bindPort, '127.0.0.1').then(
      (bound) => {
        port = bound;
        listeners.set(port, listener);
        accept?.(port);
      },
      () => reject?.(),
    );
  });
}

/** Listens; resolves with the port, rejects with what the system says. */
export function listenOn(server: NetServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** ssh2 has no setting for it: SSH_MSG_CHANNEL_OPEN_CONFIRMATION carries it as its last number. */
function allowNoBytes(connection: Connection): void {
  type Confirm = (recipient: number, sender: number, windowSize: number, packetSize: number) => void;
  const { _protocol: protocol } = connection as Connection & {
    readonly _protocol: { channelOpenConfirm: Confirm };
  };
  const confirm = protocol.channelOpenConfirm.bind(protocol);
  protocol.channelOpenConfirm = (recipient, sender, windowSize) => confirm(recipient, sender, windowSize, 0);
}
