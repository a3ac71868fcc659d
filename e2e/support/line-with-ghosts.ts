import net from 'node:net';
import { knownHostsLines } from './host-keys.ts';
import type { Sshd } from './sshd.ts';
import { startTcpServer } from './tcp-server.ts';

/** A line to an sshd that leaves ghosts. */
export interface LineWithGhosts {
  /** The server as it is reached over the line. */
  readonly server: Sshd;
  /** The lines of `known_hosts` that make it known there. */
  readonly knownHosts: string;
  /** Cuts our end of all present connections. Gives what ends the ghosts. */
  cut(): () => void;
  close(): Promise<void>;
}

/** A line of which the server does not hear when our end of it is cut: to it, the old session lives on. */
export async function startLineWithGhosts(sshd: Sshd): Promise<LineWithGhosts> {
  const servers = new Set<net.Socket>();
  const line = await startTcpServer((client) => {
    const server = net.connect({ host: sshd.host, port: sshd.port, noDelay: true });
    servers.add(server);
    server.on('error', () => {});
    server.on('close', () => client.destroy());
    client.pipe(server, { end: false });
    server.pipe(client);
  });
  const endAll = (sockets: Iterable<net.Socket>) => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server: { ...sshd, host: line.host, port: line.port },
    knownHosts: knownHostsLines(line.host, line.port, sshd.hostKeys),
    cut: () => {
      const ghosts = [...servers];
      line.dropClients();
      return () => endAll(ghosts);
    },
    close: async () => {
      endAll(servers);
      await line.close();
    },
  };
}
