import type { Duplex } from 'node:stream';
import type { Client, ExecOptions, TcpConnectionDetails } from 'ssh2';
import type { Endpoint } from '#shared/endpoint.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { isExchangingKeys } from '../ssh/guards/client-inside.ts';
import { isLent } from '../ssh/wire/lending.ts';
import { insideOf } from './channel-inside.ts';
import type {
  Channel,
  ChannelRefusal,
  ChannelSource,
  ForwardRefusal,
  IncomingChannel,
  RemoteBind,
  Unsubscribe,
} from './channel-source.ts';

/**
 * Bytes that may wait in the SSH socket before local readers pause. ssh2 ignores what `sock.write`
 * returns: 20 channels queued 36 MiB behind a stalled link.
 */
export const CONGESTION_LIMIT_BYTES = 1024 * 1024;

/** ssh2's words for a server's no to `auth-agent-req@openssh.com`. */
const AGENT_REFUSED = 'Unable to request agent forwarding';

/** The channels of one logged-in ssh2 client. Make it when the client is ready; it closes nothing. */
export class SshChannelSource implements ChannelSource {
  readonly #client: Client;
  readonly #socket: Duplex;
  readonly #routes = new Map<string, (incoming: IncomingChannel) => void>();
  readonly #drainListeners = new Set<() => void>();
  readonly #lostListeners = new Set<() => void>();
  #isLost = false;
  #lendsAgent: boolean;

  /** `socket` is the one that the client was given as `sock`; `lendsAgent` claims that commands may use the client's agent. */
  constructor(client: Client, socket: Duplex, lendsAgent = false) {
    this.#lendsAgent = lendsAgent;
    this.#client = client;
    this.#socket = socket;
    socket.on('drain', () => callOnce(this.#drainListeners));
    client.on('handshake', () => callOnce(this.#drainListeners));
    client.on('tcp connection', (details, accept, reject) => this.#route(details, accept, reject));
    // From each of these on ssh2 throws when a channel is used, and only the last is sure to come.
    client.on('error', (error) => {
      if ((error as { level?: unknown }).level !== 'agent') this.#lose();
    });
    client.on('end', () => this.#lose());
    client.on('close', () => this.#lose());
  }

  async openCommand(command: string): Promise<Result<Channel, ChannelRefusal>> {
    const opened = await this.#openCommand(command, this.#lendsAgent);
    if (opened.ok || !this.#lendsAgent || opened.error.message !== AGENT_REFUSED) return opened;
    // A server that does not take our agent (sshd_config(5), AllowAgentForwarding) may still run commands.
    this.#lendsAgent = false;
    return this.#openCommand(command, false);
  }

  #openCommand(command: string, agentForward: boolean): Promise<Result<Channel, ChannelRefusal>> {
    return new Promise((resolve) => {
      if (this.#isLost) return resolve(fail(SESSION_LOST));
      try {
        this.#client.exec(command, { agentForward } as ExecOptions, (error, channel) => {
          if (error === undefined || error === null) resolve(succeed(copyingStderr(channel)));
          else resolve(fail(this.#isLost ? SESSION_LOST : classifyRefusal(error)));
        });
      } catch {
        resolve(fail(SESSION_LOST));
      }
    });
  }

  openChannel(target: Endpoint, originator: Endpoint): Promise<Result<Channel, ChannelRefusal>> {
    return new Promise((resolve) => {
      if (this.#isLost) return resolve(fail(SESSION_LOST));
      try {
        this.#client.forwardOut(
          originator.host,
          originator.port,
          target.host,
          target.port,
          (error, channel) => {
            if (error === undefined || error === null) resolve(succeed(channel));
            else resolve(fail(this.#isLost ? SESSION_LOST : classifyRefusal(error)));
          },
        );
      } catch {
        // ssh2 throws, instead of calling back, when its socket is not writable.
        resolve(fail(SESSION_LOST));
      }
    });
  }

  requestForward(
    bind: RemoteBind,
    onIncoming: (incoming: IncomingChannel) => void,
  ): Promise<Result<number, ForwardRefusal>> {
    return new Promise((resolve) => {
      if (this.#isLost) return resolve(fail('sessionLost'));
      try {
        this.#client.forwardIn(bind.address, bind.port, (error, port) => {
          if (error) return resolve(fail(this.#isLost ? 'sessionLost' : 'refused'));
          // Here and not after the promise: the first client can stand in the same packet as the answer.
          this.#routes.set(routeKey(bind.address, port), onIncoming);
          resolve(succeed(port));
        });
      } catch {
        resolve(fail('sessionLost'));
      }
    });
  }

  cancelForward(bind: RemoteBind): Promise<void> {
    this.#routes.delete(routeKey(bind.address, bind.port));
    return new Promise((resolve) => {
      if (this.#isLost) return resolve();
      try {
        this.#client.unforwardIn(bind.address, bind.port, () => resolve());
      } catch {
        resolve();
      }
    });
  }

  acknowledge(channel: Channel): void {
    if (!this.#isLost) growWindow(channel);
  }

  isCongested(): boolean {
    // While keys are exchanged, ssh2 keeps what it is given in a queue of its own, which the socket does not know of.
    return this.#socket.writableLength > CONGESTION_LIMIT_BYTES || isExchangingKeys(this.#client);
  }

  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  onDrain(listener: () => void): Unsubscribe {
    this.#drainListeners.add(listener);
    return () => this.#drainListeners.delete(listener);
  }

  isLost(): boolean {
    return this.#isLost;
  }

  onLost(listener: () => void): Unsubscribe {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  #route(details: TcpConnectionDetails, accept: () => Channel, reject: () => void): void {
    const onIncoming = this.#routes.get(routeKey(details.destIP, details.destPort));
    if (onIncoming === undefined) reject();
    else onIncoming({ origin: { host: details.srcIP, port: details.srcPort }, accept, reject });
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#routes.clear();
    this.#drainListeners.clear();
    callOnce(this.#lostListeners);
  }
}

/** What is delivered may be lent (see `wire/lending.ts`), and this stream, unlike the channel itself, would store it. */
function copyingStderr(channel: Channel): Channel {
  const { stderr } = channel;
  const push = stderr.push;
  stderr.push = (chunk: unknown, encoding?: BufferEncoding) =>
    push.call(stderr, Buffer.isBuffer(chunk) && isLent() ? Buffer.from(chunk) : chunk, encoding);
  return channel;
}

/** By one byte: the least that SSH_MSG_CHANNEL_WINDOW_ADJUST (RFC 4254 section 5.2) can say. */
function growWindow(channel: Channel): void {
  const { _client: client, incoming, outgoing } = insideOf(channel);
  if (client === undefined || incoming === undefined || outgoing?.state !== 'open') return;
  incoming.window += 1;
  client._protocol.channelWindowAdjust(outgoing.id, 1);
}

const SESSION_LOST: ChannelRefusal = { reason: 'sessionLost', message: '' };

/** The port first: no address can then be read as another address and port. */
function routeKey(address: string, port: number): string {
  return `${port} ${address}`;
}

function callOnce(listeners: Set<() => void>): void {
  const due = [...listeners];
  listeners.clear();
  for (const listener of due) listener();
}

/** Reads the reason code of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 section 5.1). */
function classifyRefusal(error: Error & { reason?: unknown }): ChannelRefusal {
  const message = error.message.replace('(SSH) Channel open failure: ', '');
  switch (error.reason) {
    case 1:
      return { reason: 'notPermitted', message };
    case 2:
      return { reason: 'connectFailed', message };
    case 4:
      return { reason: 'resourceShortage', message };
    default:
      return { reason: 'unknown', message };
  }
}
