// A process of the benchmark: the program that uses a tunnel. It does one job after the other for its parent, tells
// what it measured, and ends with its parent.
import { connect } from 'node:net';
import { doEcho, doPull, doPush, writeRequest } from './load-protocol.mjs';

/**
 * @typedef {object} Job
 * @property {'pull' | 'push' | 'roundTrips' | 'connections' | 'hastyConnections' | 'greetings'} kind
 *   `hastyConnections` opens the next one without waiting for the end of the last; `greetings` says nothing
 * @property {number} port on 127.0.0.1
 * @property {number} count bytes, round trips or connections
 * @property {number} [parallel] connections at a time
 */

const chunk = Buffer.alloc(256 * 1024, 'culvert ');

process.on('disconnect', () => process.exit());
process.on('message', async (/** @type {Job} */ job) => {
  try {
    process.send?.({ values: await measure(job) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});

/**
 * @param {Job} job
 * @returns {Promise<number[]>} milliseconds: of each round trip, else of the whole job
 */
async function measure({ kind, port, count, parallel = 1 }) {
  switch (kind) {
    case 'roundTrips':
      return roundTrips(port, count);
    case 'pull':
      return [await elapsed(() => pull(port, count))];
    case 'push':
      return [await elapsed(() => push(port, count))];
    case 'connections':
      return [await elapsed(() => connections({ port, count, parallel }))];
    case 'hastyConnections':
      return [await elapsed(() => connections({ port, count, parallel, isHasty: true }))];
    case 'greetings':
      return [await elapsed(() => connections({ port, count, parallel, isSilent: true }))];
  }
}

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<number>} milliseconds
 */
async function elapsed(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/**
 * Opens a connection, hands what comes to `onBytes` and resolves when that says that it is done.
 *
 * @param {number} port
 * @param {(bytes: number, socket: import('node:net').Socket) => boolean} onBytes
 * @param {(socket: import('node:net').Socket) => void} onConnect
 * @param {boolean} [isToItsEnd] waits also until the connection is closed in both directions
 * @returns {Promise<void>} rejects when the connection ends before
 */
function converse(port, onBytes, onConnect, isToItsEnd = false) {
  let isDone = false;
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        // One buffer for all that comes: this process must not be what is measured.
        buffer: Buffer.alloc(256 * 1024),
        callback: (bytes) => {
          if (onBytes(bytes, socket)) {
            isDone = true;
            socket.end();
            if (!isToItsEnd) resolve();
          }
          return true;
        },
      },
    });
    socket.on('connect', () => onConnect(socket));
    socket.on('error', reject);
    socket.on('close', () => {
      if (isDone) resolve();
      else reject(new Error('The connection ended too early.'));
    });
  });
}

/**
 * @param {number} port
 * @param {number} bytes
 * @returns {Promise<void>}
 */
function pull(port, bytes) {
  let left = bytes;
  return converse(
    port,
    (received) => {
      left -= received;
      return left === 0;
    },
    (socket) => socket.write(writeRequest(doPull, bytes)),
  );
}

/**
 * @param {number} port
 * @param {number} bytes
 * @returns {Promise<void>} resolves when the target has them all
 */
function push(port, bytes) {
  return converse(
    port,
    () => true,
    (socket) => {
      let left = bytes;
      const pour = () => {
        while (left > 0) {
          const next = left < chunk.length ? chunk.subarray(0, left) : chunk;
          left -= next.length;
          if (!socket.write(next)) return;
        }
      };
      socket.on('drain', pour);
      socket.write(writeRequest(doPush, bytes));
      pour();
    },
  );
}

/**
 * @param {number} port
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function roundTrips(port, count) {
  /** @type {number[]} */
  const times = [];
  const one = chunk.subarray(0, 1);
  let sentAt = 0;
  await converse(
    port,
    (_bytes, socket) => {
      const now = performance.now();
      times.push(now - sentAt);
      if (times.length === count) return true;
      sentAt = performance.now();
      socket.write(one);
      return false;
    },
    (socket) => {
      sentAt = performance.now();
      socket.write(Buffer.concat([writeRequest(doEcho), one]));
    },
  );
  return times;
}

/**
 * @typedef {object} Connections
 * @property {number} port
 * @property {number} count
 * @property {number} parallel
 * @property {boolean} [isHasty] does not wait for the end of each
 * @property {boolean} [isSilent] waits for what the target says by itself
 */

/**
 * @param {Connections} connections
 * @returns {Promise<void>}
 */
async function connections({ port, count, parallel, isHasty = false, isSilent = false }) {
  let left = count;
  const request = Buffer.concat([writeRequest(doEcho), chunk.subarray(0, 1)]);
  const keepConnecting = async () => {
    while (left > 0) {
      left -= 1;
      await converse(
        port,
        () => true,
        (socket) => {
          if (!isSilent) socket.write(request);
        },
        !isHasty,
      );
    }
  };
  await Promise.all(Array.from({ length: parallel }, keepConnecting));
}
