import type { Client } from 'ssh2';

/** Gets one payload of a packet; see `PayloadReceiver` in `wire/chacha20-poly1305.ts`. */
export type Receiver = (payload: Buffer) => undefined | false | number;

/** A channel that is open as ssh2 sees it; while it is being opened, ssh2 keeps a callback in its place. */
interface OpenChannel {
  readonly incoming: { readonly window: number };
  /** For answers to our requests on it. */
  readonly _callbacks: readonly unknown[];
}

/** What we use of the inside of ssh2's client. */
export interface ClientInside {
  readonly _protocol: {
    _onPayload: Receiver;
    _onHeader: (header: unknown) => void;
    /** Absent before the server's version line. ssh2 exchanges its receiver around key exchanges. */
    readonly _decipher: { _onPayload: Receiver } | undefined;
    /** The methods of the logins that are not answered yet, the oldest first. */
    readonly _authsQueue: readonly string[];
    readonly _authenticated: boolean;
    /** Ours; set while keys are being exchanged. */
    readonly _kexinit: Buffer | undefined;
    /** Sends keepalive@openssh.com, which is answered; its answer takes one of the client's callbacks. */
    ping(): void;
  };
  readonly _chanMgr: { readonly _channels: Readonly<Record<number, OpenChannel | (() => void)>> };
  /** For answers to our global requests. */
  readonly _callbacks: unknown[];
  /** What was asked for by tcpip-forward: `address:port`. */
  readonly _forwarding: Readonly<Record<string, number | undefined>>;
  readonly _agentFwdEnabled: boolean;
  readonly _sock: {
    readonly writableLength: number;
    readonly bytesRead?: number;
    readonly bytesWritten?: number;
  };
}

/** The same client as ssh2 itself sees it. It must have been given its socket. */
export function insideOfClient(client: Client): ClientInside {
  return client as unknown as ClientInside;
}

/** Claims that keys are being exchanged: until that is over, ssh2 keeps in memory all that it is given to send. */
export function isExchangingKeys(client: Client): boolean {
  return insideOfClient(client)._protocol?._kexinit !== undefined;
}
