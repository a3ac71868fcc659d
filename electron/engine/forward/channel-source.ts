import type { ClientChannel } from 'ssh2';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Result } from '#shared/result.ts';

/** One SSH channel of type direct-tcpip or forwarded-tcpip, as ssh2 gives it: a Duplex that allows half-close. */
export type Channel = ClientChannel;

/** Takes a listener off again; calling it twice is harmless. */
export type Unsubscribe = () => void;

/** Why a channel did not open (RFC 4254 section 5.1); `message` is the server's own text, for details only. */
export interface ChannelRefusal {
  readonly reason: 'notPermitted' | 'connectFailed' | 'resourceShortage' | 'unknown' | 'sessionLost';
  readonly message: string;
}

/** Why the server does not listen for us. It never says more than "no" (RFC 4254 section 4). */
export type ForwardRefusal = 'refused' | 'sessionLost';

/** Where the server listens: an address as RFC 4254 section 7.1 writes it, and a port (0: the server chooses). */
export interface RemoteBind {
  readonly address: string;
  readonly port: number;
}

/**
 * A client of a remote forward, waiting for our yes or no: call exactly one of the two, at any later time.
 * `accept` must not be called once the session is lost.
 */
export interface IncomingChannel {
  readonly origin: Endpoint;
  accept(): Channel;
  reject(): void;
}

/** What a forward, or a look at the server, needs of a live session. */
export interface ChannelSource {
  /**
   * Runs a command on the server (exec, RFC 4254 section 6.5), without a terminal. A server may refuse the channel
   * (`MaxSessions 0`) or the command; one that runs something else instead (`ForceCommand`) is only known by what it
   * says. Never rejects. Read both `stdout` (the channel itself) and `stderr`, or the server has to wait.
   */
  openCommand(command: string): Promise<Result<Channel, ChannelRefusal>>;

  /** Has the server connect to `target` (direct-tcpip, RFC 4254 section 7.2). Never rejects. */
  openChannel(target: Endpoint, originator: Endpoint): Promise<Result<Channel, ChannelRefusal>>;

  /**
   * Has the server listen (tcpip-forward, RFC 4254 section 7.1) and gives the port that it listens on.
   * `onIncoming` gets the clients of exactly this address and port. Never rejects.
   */
  requestForward(
    bind: RemoteBind,
    onIncoming: (incoming: IncomingChannel) => void,
  ): Promise<Result<number, ForwardRefusal>>;

  /** Has the server stop listening; `port` is the one it really listens on. Resolves when it answered. */
  cancelForward(bind: RemoteBind): Promise<void>;

  /**
   * Sends a packet about this channel that changes nothing, for the sake of the TCP acknowledgement that travels with
   * it. Does nothing once we ended the channel or the session is lost.
   */
  acknowledge(channel: Channel): void;

  /** Claims that so many bytes wait for the SSH socket that whoever reads for it must pause. */
  isCongested(): boolean;

  /** Holds back what is written to the SSH socket until `uncork`, to send it in one system call. */
  cork(): void;
  uncork(): void;

  /** Calls the listener once, when the SSH socket has sent all that waited. */
  onDrain(listener: () => void): Unsubscribe;

  /** Claims that the session cannot carry anything any more: its channels must not be touched. */
  isLost(): boolean;

  /** Calls the listener once, in the same tick in which the session is lost. */
  onLost(listener: () => void): Unsubscribe;
}
