import type { Readable } from 'node:stream';

/** The other side ended. */
export class StreamEnded extends Error {}

/** The other side said more than it may. */
export class StreamTooLong extends Error {}

/**
 * Reads exactly so many bytes and leaves the rest in the stream, for whoever reads it next. Rejects with `StreamEnded`
 * when the stream ends or closes before; has no clock of its own.
 */
export function readExactly(stream: Readable, length: number): Promise<Buffer> {
  return readWhen(stream, () => stream.read(length) as Buffer | null);
}

/**
 * Reads up to and with `mark`, leaving the rest. Rejects with `StreamEnded` when it does not come before the end, and with
 * `StreamTooLong` when it does not come within `limit` bytes.
 */
export function readUntil(stream: Readable, mark: string, limit: number): Promise<Buffer> {
  let read = Buffer.alloc(0);
  return readWhen(stream, () => {
    for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) {
      read = Buffer.concat([read, chunk as Buffer]);
      const at = read.indexOf(mark, 0, 'latin1');
      if (at !== -1) {
        const end = at + mark.length;
        if (end < read.length) stream.unshift(read.subarray(end));
        return read.subarray(0, end);
      }
      if (read.length > limit) throw new StreamTooLong('The other side says too much.');
    }
    return null;
  });
}

function readWhen(stream: Readable, take: () => Buffer | null): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      stream.off('readable', look).off('end', onGone).off('close', onGone);
    };
    const onGone = () => {
      stop();
      reject(new StreamEnded('The other side hung up.'));
    };
    const look = () => {
      try {
        const bytes = take();
        if (bytes === null) return;
        stop();
        resolve(bytes);
      } catch (error) {
        stop();
        reject(error as Error);
      }
    };
    stream.on('readable', look).on('end', onGone).on('close', onGone);
    if (stream.destroyed || stream.readableEnded) onGone();
    else look();
  });
}
