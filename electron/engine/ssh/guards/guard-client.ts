import type { Client } from 'ssh2';
import type { Endpoint } from '#shared/endpoint.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { insideOfClient, type Receiver } from './client-inside.ts';
import { InboundJudge } from './inbound-judge.ts';
import { MESSAGE } from './message-numbers.ts';
import { readServerProposal, type ServerProposal } from './server-proposal.ts';

/** What a guard watches for, and whom it tells. */
interface GuardOptions {
  readonly server: Endpoint;
  /** For new keys during the session: until they are agreed on, all that we send waits in memory. */
  readonly handshakeMs: number;
  /** The session must end for this reason. May be called more than once. */
  fail(error: TunnelError): void;
  /** The server said goodbye. ssh2 closes our half then, and the server can keep the other one open for ever. */
  goodbye(): void;
}

/** A client's guard. */
export interface ClientGuard {
  /** What the server offered last; null before it did. */
  proposal(): ServerProposal | null;
}

/** Makes ssh2's parser stop here. */
const STOP = Number.POSITIVE_INFINITY;

/**
 * Puts an `InboundJudge` between the ciphers of a client and ssh2's own handling of messages. Call it in the tick that gave the
 * client its socket, before anything keeps hold of the client's receiver. After a misdeed nothing of the server's is handled.
 */
export function guardClient(
  client: Client,
  { server, handshakeMs, fail, goodbye }: GuardOptions,
): ClientGuard {
  const { host, port } = server;
  const inside = insideOfClient(client);
  const { _protocol: protocol } = inside;
  const judge = new InboundJudge(inside);
  const guarded = new WeakSet<Receiver>();
  let proposal: ServerProposal | null = null;
  let hasKeys = false;
  let isOver = false;
  let rekeyTimer: NodeJS.Timeout | undefined;

  const guard = (receiver: Receiver): Receiver => {
    const guarding: Receiver = (payload) => {
      if (isOver) return STOP;
      const misdeed = judge.judge(payload);
      if (misdeed !== null) {
        isOver = true;
        fail({ code: 'serverMisbehaves', host, port, misdeed });
        return STOP;
      }
      if (payload[0] === MESSAGE.kexInit) begin(payload);
      const result = receiver(payload);
      guardExchange();
      if (payload[0] === MESSAGE.disconnect) goodbye();
      return result;
    };
    guarded.add(guarding);
    return guarding;
  };
  /** ssh2 has another receiver while keys are exchanged. */
  const guardExchange = () => {
    const decipher = protocol._decipher;
    if (decipher !== undefined && !guarded.has(decipher._onPayload)) {
      decipher._onPayload = guard(decipher._onPayload);
    }
  };
  const begin = (payload: Buffer) => {
    proposal = readServerProposal(payload);
    // The first exchange is the session's to time.
    if (!hasKeys) return;
    clearTimeout(rekeyTimer);
    rekeyTimer = setTimeout(() => {
      fail({ code: 'handshakeTimedOut', host, port, seconds: Math.round(handshakeMs / 1000) });
    }, handshakeMs);
  };

  protocol._onPayload = guard(protocol._onPayload);
  const { _onHeader: onHeader } = protocol;
  protocol._onHeader = (header) => {
    guardExchange();
    onHeader(header);
  };
  client.on('handshake', () => {
    hasKeys = true;
    clearTimeout(rekeyTimer);
  });
  client.once('close', () => clearTimeout(rekeyTimer));
  return { proposal: () => proposal };
}
