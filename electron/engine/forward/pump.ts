import type { Socket } from 'node:net';
import type { GiveBack } from '../ssh/wire/inbound-memory.ts';
import { flowsFreely, isLent, keepLent } from '../ssh/wire/lending.ts';
import type { TrafficCounter } from '../traffic-counter.ts';
import { insideOf } from './channel-inside.ts';
import type { Channel, ChannelSource, Unsubscribe } from './channel-source.ts';
import { receiveLent } from './lending-socket.ts';
import { destroyAfterLinger } from './linger.ts';
import { resetSocket } from './reset-socket.ts';
import { watchForReset } from './reset-watch.ts';

/**
 * How much a local socket may buffer for a slow program, in bytes. At ssh2's packets of 32 KiB the
 * default of 16 KiB would stop and start the channel at every packet. Give it to the socket's maker.
 */
export const SOCKET_BUFFER_BYTES = 256 * 1024;

/** What ssh2 puts in one packet at most. */
const PACKET_BYTES = 32 * 1024;

/** Bytes that may wait in a channel for the server's window before the local reader pauses. */
const WINDOW_QUEUE_BYTES = 256 * 1024;

/**
 * More than an honest server can ever have sent ahead into ssh2's 2 MiB window, which ssh2 refills while
 * it buffers up to as much again. ssh2 tests the window for zero only, so a server that steps over zero
 * would fill our memory.
 */
const RECEIVE_LIMIT_BYTES = 6 * 1024 * 1024;

/** Lent bytes that wait for a slow local program are copied up to here: keeping them would hold a block for little. */
const WORTH_KEEPING_BYTES = 8 * 1024;

/** Which of its two ends has said all that it will say. */
export type PumpProgress = 'open' | 'socketEnded' | 'channelEnded' | 'closing';

/** What one connection joins. */
export interface PumpOptions {
  /** Connected, made with `allowHalfOpen`, not yet read from. */
  readonly socket: Socket;
  readonly channel: Channel;
  /** The session that the channel belongs to. */
  readonly source: ChannelSource;
  readonly counter: TrafficCounter;
}

/**
 * Carries the bytes of one connection, both ways, until both ends are done.
 *
 * An end of data on one side ends that direction only (half-close). A reset, or the loss of the session,
 * ends all at once: the socket gets RST, the channel CLOSE without EOF. Reading pauses where writing
 * cannot follow: for the server's window, for the SSH socket, for the local program.
 *
 * Not `stream.pipeline`: once the transport died, a channel's write callbacks never come, and its `close`
 * waits for a reader.
 */
export class Pump {
  /** Resolves once the local socket is closed and the channel is closed or given up. */
  readonly closed: Promise<void>;
  /** Bytes that came from the channel. Plain fields, as in the counter: they grow with every chunk. */
  received = 0;
  /** Bytes that went into the channel. */
  sent = 0;

  readonly #socket: Socket;
  readonly #channel: Channel;
  readonly #source: ChannelSource;
  readonly #counter: TrafficCounter;
  #resolveClosed: () => void = () => {};
  #waitsForWindow = false;
  #stopWaitingForTransport: Unsubscribe | undefined;
  #isSocketClosed: boolean;
  #isChannelDone = false;
  #isAborted = false;
  /** The program ended its side and left before it was told all. */
  #hasProgramLeft = false;
  /** Gives back the memory of bytes that the kernel did not take at once. */
  #giveBack: GiveBack | null = null;

  constructor({ socket, channel, source, counter }: PumpOptions) {
    this.#socket = socket;
    this.#channel = channel;
    this.#source = source;
    this.#counter = counter;
    this.#isSocketClosed = socket.closed;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#limitReceiveBuffer();
    channel.on('data', this.#onChannelData);
    channel.on('end', this.#onChannelEnd);
    channel.on('finish', this.#onChannelFinish);
    channel.on('close', this.#onChannelClose);
    channel.on('error', this.#abort);
    socket.on('data', this.#onSocketData);
    receiveLent(socket, this.#onLentSocketData);
    socket.on('drain', this.#onSocketDrain);
    socket.on('end', this.#onSocketEnd);
    socket.on('error', this.#onSocketError);
    socket.on('close', this.#onSocketClose);
    if (socket.destroyed || !takesBytes(channel)) this.#abort();
    else socket.resume();
    watchForReset(socket);
  }

  /** Ends the connection at once: RST to the local program, CLOSE to the server. Resolves as `closed` does. */
  close(): Promise<void> {
    this.#abort();
    return this.closed;
  }

  /** Worked out when it is asked for. */
  get progress(): PumpProgress {
    if (this.#isAborted || this.#isSocketClosed || this.#isChannelDone) return 'closing';
    const hasSocketEnded = this.#socket.readableEnded;
    const hasChannelEnded = this.#channel.readableEnded;
    if (hasSocketEnded && hasChannelEnded) return 'closing';
    return hasSocketEnded ? 'socketEnded' : hasChannelEnded ? 'channelEnded' : 'open';
  }

  // From this computer into the tunnel

  readonly #onSocketData = (chunk: Buffer): void => {
    const channel = this.#channel;
    if (channel.writableEnded) {
      // The server closed the channel: the bytes have nowhere to go. They wait while we still deliver what it sent.
      if (!this.#socket.writableFinished) this.#socket.pause();
      return;
    }
    this.#counter.sent += chunk.length;
    this.sent += chunk.length;
    if (chunk.length <= PACKET_BYTES) channel.write(chunk, this.#onChannelWritten);
    else this.#writeTogether(chunk);
    if (channel.writableLength > WINDOW_QUEUE_BYTES) {
      this.#waitsForWindow = true;
      this.#socket.pause();
    } else if (this.#source.isCongested() && this.#stopWaitingForTransport === undefined) {
      this.#stopWaitingForTransport = this.#source.onDrain(this.#onTransportDrain);
      this.#socket.pause();
    }
  };

  /** ssh2 takes at once what the server's window has room for, and stores what it has not. */
  readonly #onLentSocketData = (bytes: Buffer): void => {
    const channel = this.#channel;
    const isTakenAtOnce = channel.writableLength === 0 && windowOf(channel) >= bytes.length;
    this.#onSocketData(isTakenAtOnce ? bytes : Buffer.from(bytes));
  };

  /** One system call for the packets of one chunk: a sixth less processor time for a bulk upload. */
  #writeTogether(chunk: Buffer): void {
    this.#source.cork();
    this.#channel.write(chunk, this.#onChannelWritten);
    this.#source.uncork();
  }

  readonly #onChannelWritten = (): void => {
    if (!this.#waitsForWindow || this.#channel.writableLength > 0) return;
    this.#waitsForWindow = false;
    this.#resumeSocket();
  };

  readonly #onTransportDrain = (): void => {
    this.#stopWaitingForTransport = undefined;
    this.#resumeSocket();
  };

  #resumeSocket(): void {
    if (this.#waitsForWindow || this.#stopWaitingForTransport !== undefined || this.#isAborted) return;
    this.#socket.resume();
  }

  readonly #onSocketEnd = (): void => {
    if (!this.#channel.writableEnded) this.#channel.end();
  };

  // Out of the tunnel to this computer

  readonly #onChannelData = (chunk: Buffer): void => {
    this.#counter.received += chunk.length;
    this.received += chunk.length;
    const isTaken = isLent() ? this.#writeLent(chunk) : this.#socket.write(chunk);
    if (!isTaken) this.#channel.pause();
  };

  /**
   * Most often the kernel takes all at once, and lent bytes need not be copied. Where it does not, they are kept in
   * their place; what comes while it is still behind is copied.
   */
  #writeLent(chunk: Buffer): boolean {
    const socket = this.#socket;
    if (socket.writableLength > 0) return socket.write(Buffer.from(chunk), this.#onSocketWritten);
    this.#returnKept();
    if (chunk.length < WORTH_KEEPING_BYTES) return socket.write(Buffer.from(chunk));
    const giveBack = keepLent();
    if (giveBack === null) return socket.write(Buffer.from(chunk));
    const isTaken = socket.write(chunk, this.#onSocketWritten);
    if (socket.writableLength === 0) giveBack();
    else this.#giveBack = giveBack;
    return isTaken;
  }

  /** Not at 'drain' alone: that does not come where the queue never was full. */
  readonly #onSocketWritten = (): void => {
    if (this.#socket.writableLength === 0) this.#returnKept();
  };

  /** Only once the socket's queue is empty: else the kernel may still read the memory. */
  #returnKept(): void {
    this.#giveBack?.();
    this.#giveBack = null;
  }

  readonly #onSocketDrain = (): void => {
    this.#returnKept();
    this.#channel.resume();
  };

  readonly #onChannelEnd = (): void => {
    // FIN only once the kernel has all: until then RST, not FIN, is the truth if something goes wrong.
    const socket = this.#socket;
    if (socket.writableLength === 0) socket.end();
    else
      socket.write('', (error) => {
        if (!error) socket.end();
      });
  };

  /** The override stays on the channel for its life; ssh2 feeds it through `push`. */
  #limitReceiveBuffer(): void {
    const channel = this.#channel;
    const push = channel.push;
    channel.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (channel.readableLength > RECEIVE_LIMIT_BYTES) this.#abort();
      // False keeps ssh2 from granting more window after our CLOSE, for which dropbear ends the session.
      if (this.#isAborted) return false;
      if (isLent() && flowsFreely(channel)) {
        // The stream would copy what is lent. It hands over in the same order, for nothing waits in it.
        channel.emit('data', chunk);
        return true;
      }
      return push.call(channel, chunk, encoding);
    };
  }

  // Ends

  /**
   * A program that has ended its side may have left for good, and answers what we bring with RST. All that it said is
   * here, and still goes to the other side; what comes from there is dropped.
   */
  readonly #onSocketError = (): void => {
    const hasRestToSend = this.#socket.readableEnded && !this.#channel.writableFinished;
    if (this.#isAborted || !hasRestToSend) {
      this.#abort();
      return;
    }
    this.#hasProgramLeft = true;
    this.#channel.off('data', this.#onChannelData).off('end', this.#onChannelEnd).resume();
  };

  readonly #onSocketClose = (): void => {
    this.#isSocketClosed = true;
    this.#returnKept();
    const { readableEnded, writableFinished } = this.#socket;
    const isComplete = readableEnded && (writableFinished || this.#hasProgramLeft);
    if (!isComplete) this.#abort();
    else if (this.#channel.writableFinished) this.#closeChannel();
    this.#settle();
  };

  readonly #onChannelFinish = (): void => {
    if (!this.#isSocketClosed) return;
    this.#closeChannel();
    this.#settle();
  };

  /** The server's CLOSE, after all that it sent was read: nothing goes either way any more. */
  readonly #onChannelClose = (): void => {
    this.#isChannelDone = true;
    if (this.#isSocketClosed) this.#settle();
    else if (this.#socket.writableFinished) this.#leaveSocket();
    else this.#socket.once('finish', this.#leaveSocket);
  };

  /** A paused socket has bytes of the program that nobody read. */
  readonly #leaveSocket = (): void => {
    if (this.#socket.isPaused()) destroyAfterLinger(this.#socket);
    else this.#socket.destroy();
  };

  readonly #abort = (): void => {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#stopWaitingForTransport?.();
    this.#channel.off('data', this.#onChannelData).off('end', this.#onChannelEnd).pause();
    resetSocket(this.#socket);
    this.#closeChannel();
    this.#settle();
  };

  #closeChannel(): void {
    if (this.#isChannelDone) return;
    this.#isChannelDone = true;
    if (!this.#source.isLost()) this.#channel.close();
  }

  #settle(): void {
    if (this.#isSocketClosed && this.#isChannelDone) this.#resolveClosed();
  }
}

/** How many bytes the server takes now (RFC 4254 section 5.2). */
function windowOf(channel: Channel): number {
  const { outgoing } = insideOf(channel);
  return outgoing?.state === 'open' ? outgoing.window : 0;
}

/**
 * Claims that the other side allows packets of at least one byte (RFC 4254 section 5.1, maximum packet size).
 * With none, ssh2's write would loop for ever and freeze every tunnel.
 */
function takesBytes(channel: Channel): boolean {
  return insideOf(channel).outgoing?.packetSize !== 0;
}
