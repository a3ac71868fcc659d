import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeAfterEach } from '../../forward/testing/cleanup.ts';
import { startService, until } from '../../forward/testing/sockets.ts';
import { OutboundMemory } from './outbound-memory.ts';

const SLAB_BYTES = 1024 * 1024;
const opened = closeAfterEach();

describe('the memory of what goes out', () => {
  it('places packets in the same memory again when the socket has sent all', () => {
    const memory = new OutboundMemory(() => 0);
    const first = placeAndWrite(memory, 33_000);
    const second = placeAndWrite(memory, 20_000);
    expect(first.length).toBe(33_000);
    expect(second.length).toBe(20_000);
    expect(overlap(first, second)).toBe(true);
  });

  it('gives a packet memory of its own while the one before it is put together', () => {
    const memory = new OutboundMemory(() => 0);
    const first = memory.place(33_000);
    const second = memory.place(33_000);
    expect(overlap(first, second)).toBe(false);
    // Others that were written, placed here or not, do not make room.
    memory.written(second);
    memory.written(Buffer.alloc(100));
    expect(overlap(first, memory.place(33_000))).toBe(false);
    memory.written(first);
    expect(overlap(first, memory.place(33_000))).toBe(true);
  });

  it('gives a packet memory of its own when the slab is full', () => {
    const memory = new OutboundMemory(() => 1);
    const packets = Array.from({ length: 40 }, () => placeAndWrite(memory, 33_000));
    expect(packets.every((packet) => packet.length === 33_000)).toBe(true);
    const slab = packets[0]?.buffer;
    const inSlab = packets.filter((packet) => packet.buffer === slab);
    expect(inSlab.length).toBe(Math.floor(SLAB_BYTES / 33_000));
    expect(slab?.byteLength).toBe(SLAB_BYTES);
  });

  it('uses no memory again while anything is queued', () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: 4097, max: 35_020 }), fc.constant('drain' as const)), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(steps, (list) => {
        let queue: Buffer[] = [];
        const memory = new OutboundMemory(() => queue.reduce((sum, { length }) => sum + length, 0));
        for (const step of list) {
          if (step === 'drain') {
            queue = [];
            continue;
          }
          const packet = memory.place(step);
          if (packet.length !== step) throw new Error('Too short.');
          if (queue.some((queued) => overlap(queued, packet))) throw new Error('It is still queued.');
          queue.push(packet);
          memory.written(packet);
        }
      }),
    );
  });

  it('keeps what a real socket has queued behind a reader that stops again and again', async () => {
    const received: Buffer[] = [];
    const service = opened(
      await startService((socket) => {
        socket.on('data', (chunk: Buffer) => received.push(chunk));
        socket.pause();
      }),
    );
    const socket = connect({ host: '127.0.0.1', port: service.port });
    await until(() => service.sockets.size === 1);
    const [reader] = service.sockets;
    const memory = new OutboundMemory(() => socket.writableLength);
    const sent: Buffer[] = [];
    let stops = 0;
    while (stops < 5) {
      const packet = memory.place(33_000);
      randomBytes(33_000).copy(packet);
      sent.push(Buffer.from(packet));
      socket.write(packet);
      memory.written(packet);
      if (socket.writableLength < 1.5 * SLAB_BYTES) continue;
      stops += 1;
      reader?.resume();
      await until(() => socket.writableLength === 0);
      if (stops < 5) reader?.pause();
    }
    const length = sent.length * 33_000;
    await until(() => received.reduce((sum, chunk) => sum + chunk.length, 0) === length);
    expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true);
    socket.destroy();
  });
});

function placeAndWrite(memory: OutboundMemory, length: number): Buffer {
  const packet = memory.place(length);
  memory.written(packet);
  return packet;
}

function overlap(one: Buffer, other: Buffer): boolean {
  return (
    one.buffer === other.buffer &&
    one.byteOffset < other.byteOffset + other.length &&
    other.byteOffset < one.byteOffset + one.length
  );
}
