import type net from 'node:net';

/** How one direction of a proxied connection behaves, read anew for every chunk. */
export interface LaneConditions {
  readonly latencyMs: number;
  /** Null: as fast as it goes. */
  readonly bytesPerSecond: number | null;
  readonly isStalled: boolean;
}

export interface ProxyLane {
  /** Look at the conditions again: they have changed. */
  wake(): void;
  close(): void;
}

/** Null is the end of the stream, which travels with the bytes. */
interface InFlight {
  readonly chunk: Buffer | null;
  readonly dueAt: number;
}

/** What may be on its way at a time, in bytes. Above it the sender is made to wait, as by a full window. */
const capacityBytes = 4 * 1024 * 1024;

/**
 * Carries bytes one way under the given conditions. A stalled lane holds what it has and reads no more: the sender
 * sees a window that fills up and never opens again, and neither side hears of the other's end.
 */
export function startProxyLane(
  from: net.Socket,
  to: net.Socket,
  conditions: () => LaneConditions,
  onDelivered: (bytes: number) => void,
): ProxyLane {
  const queue: InFlight[] = [];
  let queuedBytes = 0;
  let lineFreeAt = 0;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  const accept = (chunk: Buffer | null) => {
    if (isClosed) return;
    queue.push({ chunk, dueAt: performance.now() + conditions().latencyMs });
    queuedBytes += chunk?.length ?? 0;
    run();
  };
  const run = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (isClosed) return;
    throttle();
    for (let next = queue[0]; next !== undefined && !conditions().isStalled; next = queue[0]) {
      const waitMs = Math.max(next.dueAt, lineFreeAt) - performance.now();
      if (waitMs > 0) {
        timer = setTimeout(run, waitMs);
        return;
      }
      if (!deliver(next)) return;
    }
  };
  /** False when the receiver is full: its `drain` runs us again. */
  const deliver = (next: InFlight): boolean => {
    if (next.chunk === null) {
      queue.shift();
      to.end();
      return true;
    }
    if (to.writableNeedDrain) return false;
    const { bytesPerSecond } = conditions();
    const slice = next.chunk.subarray(0, bytesPerSecond === null ? undefined : sliceBytes(bytesPerSecond));
    if (slice.length === next.chunk.length) queue.shift();
    else queue[0] = { chunk: next.chunk.subarray(slice.length), dueAt: next.dueAt };
    if (bytesPerSecond !== null) {
      lineFreeAt = Math.max(lineFreeAt, performance.now()) + (slice.length / bytesPerSecond) * 1000;
    }
    queuedBytes -= slice.length;
    to.write(slice);
    onDelivered(slice.length);
    throttle();
    return true;
  };
  const throttle = () => {
    if (conditions().isStalled || queuedBytes >= capacityBytes) from.pause();
    else from.resume();
  };

  from.on('data', accept);
  from.on('end', () => accept(null));
  to.on('drain', run);
  run();
  return {
    wake: run,
    close: () => {
      isClosed = true;
      run();
    },
  };
}

/** A slow line is served in pieces of a twentieth of a second, so that its flow is even. */
function sliceBytes(bytesPerSecond: number): number {
  return Math.max(256, Math.ceil(bytesPerSecond / 20));
}
