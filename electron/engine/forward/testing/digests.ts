import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';
import { until } from './sockets.ts';

/** Bytes in short, to compare them. */
export interface Digest {
  readonly length: number;
  readonly sha256: string;
}

export function digestOf(bytes: Buffer): Digest {
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Reads to the end of the socket's data. */
export async function digest(socket: Socket, between = () => Promise.resolve()): Promise<Digest> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    hash.update(chunk);
    length += chunk.length;
    await between();
  }
  return { length, sha256: hash.digest('hex') };
}

/** Reads to the end as well, but stops now and then until much more has come. */
export function slowDigest(socket: Socket): Promise<Digest> {
  let reads = 0;
  return digest(socket, async () => {
    reads += 1;
    if (reads % 16 !== 0) return;
    for (let turn = 0; turn < 40; turn += 1) await new Promise(setImmediate);
  });
}

/** Sends so many random bytes and ends. */
export async function sendRandom(
  to: Socket | ServerChannel,
  length: number,
  onSent: (count: number, sha256?: string) => void = () => {},
): Promise<Digest> {
  const hash = createHash('sha256');
  for (let sent = 0; sent < length; ) {
    const block = randomBytes(Math.min(100_003, length - sent));
    hash.update(block);
    sent += block.length;
    onSent(block.length);
    const isFull = !to.write(block);
    if (isFull) await new Promise((resolve) => to.once('drain', resolve));
  }
  to.end();
  const sha256 = hash.digest('hex');
  onSent(0, sha256);
  return { length, sha256 };
}

/** Resolves when a figure has not moved for a quarter of a second. */
export async function untilStill(figure: () => number): Promise<void> {
  let last = Number.NaN;
  let lastMoveAt = performance.now();
  await until(() => {
    const now = figure();
    if (now !== last) lastMoveAt = performance.now();
    last = now;
    return performance.now() - lastMoveAt > 250;
  });
}
