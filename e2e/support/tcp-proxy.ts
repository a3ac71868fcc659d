import net from 'node:net';
import { type LaneConditions, startProxyLane } from './proxy-lane.ts';
import { startTcpServer, type TcpTarget, type TcpTargetOptions } from './tcp-server.ts';

export interface TcpProxyOptions extends TcpTargetOptions {
  readonly to: { readonly host: string; readonly port: number };
  /** Added in each direction, in milliseconds: a round trip takes twice as long. Default 0. */
  readonly latencyMs?: number;
  /** The most that each direction of each connection carries. Default no limit. */
  readonly bytesPerSecond?: number;
}

/** A bad line between a client and a server, which behaves as the test wishes. Counts are over all connections. */
export interface TcpProxy extends Omit<TcpTarget, 'dropClients'> {
  bytesToServer(): number;
  bytesToClient(): number;
  /** For bytes that arrive from now on. */
  setLatency(latencyMs: number): void;
  /** Null: no limit. */
  setBandwidth(bytesPerSecond: number | null): void;
  /**
   * Holds all bytes, both ways, and those of new connections. Each side's own TCP goes on acknowledging until the
   * buffers are full, and nobody learns that the other one has gone: a black hole without root.
   */
  stall(): void;
  /** Lets the held bytes go. */
  resume(): void;
  /** Holds all bytes of the connections of now for good; new ones pass: a router that forgot them, or was exchanged. */
  strand(): void;
  /** Cuts all connections with RST, both ways. */
  reset(): void;
  /** Ends all connections with FIN, both ways; bytes on their way are lost. */
  finish(): void;
}

type CutMode = 'reset' | 'finish';

/** A user-space proxy, because `tc netem` needs a kernel module that small machines lack. */
export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  let conditions: LaneConditions = {
    latencyMs: options.latencyMs ?? 0,
    bytesPerSecond: options.bytesPerSecond ?? null,
    isStalled: false,
  };
  let toServer = 0;
  let toClient = 0;
  const links = new Set<{ wake(): void; strand(): void; cut(mode: CutMode): void }>();

  const serve = (client: net.Socket) => {
    const server = net.connect({ ...options.to, allowHalfOpen: true, noDelay: true });
    let isStranded = false;
    const current = () => (isStranded ? { ...conditions, isStalled: true } : conditions);
    const lanes = [
      startProxyLane(client, server, current, (bytes) => {
        toServer += bytes;
      }),
      startProxyLane(server, client, current, (bytes) => {
        toClient += bytes;
      }),
    ];
    const link = {
      wake: () => {
        for (const lane of lanes) lane.wake();
      },
      strand: () => {
        isStranded = true;
        link.wake();
      },
      cut: (mode: CutMode) => {
        links.delete(link);
        for (const lane of lanes) lane.close();
        for (const socket of [client, server]) cutSocket(socket, mode);
      },
    };
    links.add(link);
    // A side that fails (refused, reset) takes the other one with it.
    server.on('error', () => link.cut('reset'));
    client.on('error', () => link.cut('reset'));
    server.on('close', () => {
      if (client.destroyed) link.cut('finish');
    });
    client.on('close', () => {
      if (server.destroyed) link.cut('finish');
    });
  };

  const target = await startTcpServer(serve, options);
  const change = (changed: Partial<LaneConditions>) => {
    conditions = { ...conditions, ...changed };
    for (const link of links) link.wake();
  };
  const cutAll = (mode: CutMode) => {
    for (const link of [...links]) link.cut(mode);
  };
  return {
    ...target,
    bytesToServer: () => toServer,
    bytesToClient: () => toClient,
    setLatency: (latencyMs) => change({ latencyMs }),
    setBandwidth: (bytesPerSecond) => change({ bytesPerSecond }),
    stall: () => change({ isStalled: true }),
    resume: () => change({ isStalled: false }),
    strand: () => {
      for (const link of links) link.strand();
    },
    reset: () => cutAll('reset'),
    finish: () => cutAll('finish'),
    close: () => {
      cutAll('reset');
      return target.close();
    },
  };
}

function cutSocket(socket: net.Socket, mode: CutMode): void {
  if (mode === 'reset') socket.resetAndDestroy();
  // Unread bytes would turn the FIN of a plain destroy() into an RST: tcp(7), RFC 2525 section 2.17.
  else socket.resume().end(() => socket.destroySoon());
}
