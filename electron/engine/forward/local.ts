import type { Server, Socket } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import type { TrafficCounter } from '../traffic-counter.ts';
import { bindServers, closeServers, type LocalBind } from './bind.ts';
import type { Channel, ChannelSource, Unsubscribe } from './channel-source.ts';
import { type OpenConnection, OpenConnections } from './connections.ts';
import { dismiss, readSocksRequest } from './dynamic.ts';
import { hastenFirstWords } from './hasten-first-words.ts';
import { Pump } from './pump.ts';
import { resetSocket } from './reset-socket.ts';
import { type SocksRequest, socksDenied, socksGranted } from './socks.ts';
import { type EntranceGuard, OPEN_ENTRANCE } from './source-guard.ts';
import { type OnTargetOutcome, targetAnswered, targetRefused } from './target-outcome.ts';
import { WaitingRoom } from './waiting-room.ts';

/** A forward whose entrance is on this computer: -L to a fixed target, -D to what SOCKS asks for. */
export type LocalForward =
  | { readonly kind: 'local'; readonly bind: LocalBind; readonly target: Endpoint }
  | { readonly kind: 'dynamic'; readonly bind: LocalBind };

/** What a listener needs. */
export interface LocalListenerOptions {
  readonly forward: LocalForward;
  readonly counter: TrafficCounter;
  /** Told of every connection that did or did not reach its target. */
  readonly onTargetOutcome: OnTargetOutcome;
  /** Absent: whoever reaches it may enter. */
  readonly guard?: EntranceGuard;
}

/**
 * The entrance of a local or dynamic forward, bound from Start to Stop whether there is a session or not,
 * so that nobody takes the port meanwhile. Without a session its clients wait (see `waiting-room.ts`).
 */
export class LocalListener {
  /** Where it really listens: port 0 is resolved, `localhost` is one or two addresses. */
  readonly bound: readonly Endpoint[];
  /** Everyone who is connected now. */
  readonly connections = new OpenConnections();

  readonly #forward: LocalForward;
  readonly #counter: TrafficCounter;
  readonly #guard: EntranceGuard;
  readonly #onTargetOutcome: OnTargetOutcome;
  readonly #servers: readonly Server[];
  readonly #waiting = new WaitingRoom();
  readonly #sockets = new Map<Socket, OpenConnection>();
  /** Turned away, and not closed yet. */
  readonly #strangers = new Set<Socket>();
  readonly #pumps = new Set<Pump>();
  #source: ChannelSource | undefined;
  #stopWatchingSource: Unsubscribe | undefined;
  #closed: Promise<void> | undefined;

  /** Binds. Fails with portInUse, portNeedsPrivilege, addressNotHere or listenFailed. */
  static async open(options: LocalListenerOptions): Promise<Result<LocalListener, TunnelError>> {
    // A client can come before the listener is made: the kernel accepts from the moment of the bind.
    const early: Socket[] = [];
    let onClient = (socket: Socket): void => {
      early.push(socket);
    };
    const servers = await bindServers(options.forward.bind, (socket) => onClient(socket));
    if (!servers.ok) {
      for (const socket of early) resetSocket(socket);
      return servers;
    }
    const listener = new LocalListener(options, servers.value);
    onClient = (socket) => listener.#admit(socket);
    for (const socket of early) onClient(socket);
    return succeed(listener);
  }

  private constructor(
    { forward, counter, onTargetOutcome, guard = OPEN_ENTRANCE }: LocalListenerOptions,
    { servers, bound }: { readonly servers: readonly Server[]; readonly bound: readonly Endpoint[] },
  ) {
    this.#forward = forward;
    this.#counter = counter;
    this.#onTargetOutcome = onTargetOutcome;
    this.#guard = guard;
    this.#servers = servers;
    this.bound = bound;
  }

  /** Serves clients through this session, first those that wait. It detaches itself when the session is lost. */
  attach(source: ChannelSource): void {
    this.detach();
    if (this.#closed !== undefined || source.isLost()) return;
    this.#source = source;
    this.#stopWatchingSource = source.onLost(() => this.detach());
    for (const socket of this.#waiting.release()) {
      const connection = this.#sockets.get(socket);
      if (connection) void this.#serve(socket, connection, source);
    }
  }

  /** Resets every connection of the session; the listener stays, and new clients wait. */
  detach(): void {
    if (this.#source === undefined) return;
    this.#source = undefined;
    this.#stopWatchingSource?.();
    this.#resetAll();
  }

  /** Others may enter than before: resets every client that may not any more. */
  expelStrangers(): void {
    for (const socket of this.#sockets.keys())
      if (!this.#guard.admits(socket.remoteAddress)) resetSocket(socket);
  }

  /** Resets every client and gives the port back. Resolves when all is really closed. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.detach();
    const serversClosed = closeServers(this.#servers);
    const socketsClosed = [...this.#sockets.keys(), ...this.#strangers].map(untilClosed);
    const pumpsClosed = [...this.#pumps].map((pump) => pump.closed);
    this.#waiting.release();
    this.#resetAll();
    await Promise.all([serversClosed, ...socketsClosed, ...pumpsClosed]);
  }

  #resetAll(): void {
    for (const pump of this.#pumps) void pump.close();
    for (const socket of this.#sockets.keys()) resetSocket(socket);
  }

  #admit(socket: Socket): void {
    const { remoteAddress } = socket;
    if (!this.#guard.admits(remoteAddress)) {
      this.#turnAway(socket, remoteAddress);
      return;
    }
    const connectionClosed = this.#counter.connectionOpened();
    const connection = this.connections.add({
      client: originOf(socket),
      target: this.#forward.kind === 'local' ? this.#forward.target : null,
      socket,
      stage: 'waiting',
      abandon: () => resetSocket(socket),
    });
    this.#sockets.set(socket, connection);
    socket.on('error', () => {}); // 'close' follows and says all that matters
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.connections.remove(connection);
      connectionClosed();
    });
    if (this.#closed !== undefined) resetSocket(socket);
    else if (this.#source === undefined) this.#waiting.hold(socket);
    else void this.#serve(socket, connection, this.#source);
  }

  /** Before anything else is done: no byte is read, and it was no connection. */
  #turnAway(socket: Socket, address: string | undefined): void {
    this.#strangers.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.#strangers.delete(socket));
    resetSocket(socket);
    this.#guard.turnedAway(address);
  }

  async #serve(socket: Socket, connection: OpenConnection, source: ChannelSource): Promise<void> {
    connection.stage = this.#forward.kind === 'dynamic' ? 'asking' : 'opening';
    const socks = this.#forward.kind === 'dynamic' ? await readSocksRequest(socket) : undefined;
    const target = this.#forward.kind === 'local' ? this.#forward.target : socks?.target;
    connection.stage = target === undefined ? 'closing' : 'opening';
    if (target === undefined || socket.destroyed) return;
    connection.target = target;

    const origin = connection.client;
    const opened = await source.openChannel(target, origin);
    if (!opened.ok) {
      connection.stage = 'closing';
      const outcome = targetRefused(target, opened.error);
      if (outcome !== null) this.#onTargetOutcome(outcome, origin);
      if (socks && opened.error.reason !== 'sessionLost') {
        dismiss(socket, socksDenied(socks.version, opened.error));
      } else resetSocket(socket);
      return;
    }
    if (source !== this.#source || socket.destroyed) {
      resetSocket(socket);
      if (!source.isLost()) opened.value.close();
      return;
    }
    this.#onTargetOutcome(targetAnswered(target), origin);
    const pump = this.#join(socket, opened.value, source, socks);
    connection.join(pump, socket, 'socket');
  }

  #join(
    socket: Socket,
    channel: Channel,
    source: ChannelSource,
    socks: SocksRequest | null | undefined,
  ): Pump {
    if (socks) socket.write(socksGranted(socks.version));
    const pump = new Pump({ socket, channel, source, counter: this.#counter });
    this.#pumps.add(pump);
    void pump.closed.then(() => this.#pumps.delete(pump));
    hastenFirstWords(socket, channel, source);
    return pump;
  }
}

/** Not `events.once`: that one fails when an `error` comes first. */
function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Who the server is told asks (RFC 4254 section 7.2); a client that has just left has no address any more. */
function originOf(socket: Socket): Endpoint {
  return { host: socket.remoteAddress ?? '127.0.0.1', port: socket.remotePort ?? 0 };
}
