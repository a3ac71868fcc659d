import { createHash } from 'node:crypto';
import type net from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { deterministicBytes, deterministicSha256 } from './deterministic-bytes.ts';
import { startTcpServer, type TcpTarget, type TcpTargetOptions } from './tcp-server.ts';

/** What a target got on one connection, up to the client's end of stream or its disappearance. */
export interface Received {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Whether the client ended its stream, and did not just vanish. */
  readonly endedCleanly: boolean;
}

/** A target that counts and hashes. */
export interface ReceivingTarget extends TcpTarget {
  /** One entry for each connection whose inbound side is over, in the order of their ends. */
  received(): readonly Received[];
  /** Bytes that came in so far, over all connections. */
  bytesSoFar(): number;
}

/** Sends everything back. */
export function startEchoServer(options?: TcpTargetOptions): Promise<TcpTarget> {
  return startTcpServer((client) => {
    pipeline(client, client, () => {});
  }, options);
}

/** Greets as an IMAP server does, and then listens in silence until the client ends. */
export function startBannerServer(
  options: TcpTargetOptions & { readonly banner?: string } = {},
): Promise<TcpTarget> {
  return startTcpServer((client) => {
    client.write(options.banner ?? '* OK Culvert test server ready\r\n');
    client.resume().on('end', () => client.end());
  }, options);
}

/** Takes all in and answers nothing; ends its own side when the client ends. */
export function startSink(options?: TcpTargetOptions): Promise<ReceivingTarget> {
  return startReceiver((client) => client.end(), options);
}

/** Half-close, the client first: reads to the end of the stream, then answers with the SHA-256 (hexadecimal) of it. */
export function startDigestServer(options?: TcpTargetOptions): Promise<ReceivingTarget> {
  return startReceiver((client, { sha256 }) => client.end(sha256), options);
}

export interface Source extends TcpTarget {
  readonly bytes: number;
  /** Hexadecimal SHA-256 of what each client is sent. */
  readonly sha256: string;
}

/** Sends `bytes` bytes, the same for the same seed, to each client, and then ends its side. Ignores what it is sent. */
export async function startSource(
  bytes: number,
  options: TcpTargetOptions & { readonly seed?: number } = {},
): Promise<Source> {
  const target = await startTcpServer((client) => {
    client.resume();
    pipeline(Readable.from(deterministicBytes(bytes, options.seed)), client, () => {});
  }, options);
  return { ...target, bytes, sha256: deterministicSha256(bytes, options.seed) };
}

/** Half-close, the server first: says `text` and ends its side at once, then takes in all that the client still sends. */
export function startSpeakFirstServer(
  options: TcpTargetOptions & { readonly text?: string } = {},
): Promise<ReceivingTarget> {
  return startReceiver(
    () => {},
    options,
    (client) => client.end(options.text ?? 'my last word'),
  );
}

/** Accepts and does nothing else for ever: reads nothing, says nothing, ends nothing. */
export function startBlackHole(options: TcpTargetOptions = {}): Promise<TcpTarget> {
  return startTcpServer(() => {}, { ...options, pauseOnConnect: true });
}

async function startReceiver(
  onEnd: (client: net.Socket, received: Received) => void,
  options?: TcpTargetOptions,
  onStart: (client: net.Socket) => void = () => {},
): Promise<ReceivingTarget> {
  const finished: Received[] = [];
  let bytesSoFar = 0;
  const target = await startTcpServer((client) => {
    const hash = createHash('sha256');
    let bytes = 0;
    let isOver = false;
    const finish = (endedCleanly: boolean) => {
      if (isOver) return;
      isOver = true;
      const received = { bytes, sha256: hash.digest('hex'), endedCleanly };
      finished.push(received);
      if (endedCleanly) onEnd(client, received);
    };
    client.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      bytesSoFar += chunk.length;
      hash.update(chunk);
    });
    client.on('end', () => finish(true));
    client.on('close', () => finish(false));
    onStart(client);
  }, options);
  return { ...target, received: () => finished, bytesSoFar: () => bytesSoFar };
}
