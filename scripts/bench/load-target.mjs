// A process of the benchmark: the servers behind the tunnels, one that does what it is asked and one that greets whoever
// comes, as a mail server does. It tells its parent their ports, and ends with its parent.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { doEcho, doPull, doPush, parseRequest, requestBytes } from './load-protocol.mjs';

const chunk = Buffer.alloc(256 * 1024, 'culvert ');

const server = createServer({ noDelay: true }, (socket) => {
  // A client that resets is gone: the measurement fails on its own side.
  socket.on('error', () => {});
  let head = Buffer.alloc(0);
  socket.on('data', function onHead(data) {
    head = Buffer.concat([head, data]);
    if (head.length < requestBytes) return;
    socket.off('data', onHead);
    serve(socket, parseRequest(head), head.length - requestBytes);
  });
});

/**
 * @param {import('node:net').Socket} socket
 * @param {import('./load-protocol.mjs').Request} request
 * @param {number} bytesAlready that came together with the request
 * @returns {void}
 */
function serve(socket, { action, bytes }, bytesAlready) {
  switch (action) {
    case doEcho:
      if (bytesAlready > 0) socket.write(chunk.subarray(0, bytesAlready));
      socket.on('data', (data) => socket.write(data));
      break;
    case doPull:
      send(socket, bytes);
      break;
    case doPush: {
      let left = bytes - bytesAlready;
      socket.on('data', (data) => {
        left -= data.length;
        if (left === 0) socket.write(chunk.subarray(0, 1));
      });
      break;
    }
    default:
      socket.destroy();
  }
}

/**
 * @param {import('node:net').Socket} socket
 * @param {number} bytes
 * @returns {void}
 */
function send(socket, bytes) {
  let left = bytes;
  const pour = () => {
    while (left > 0) {
      const next = left < chunk.length ? chunk.subarray(0, left) : chunk;
      left -= next.length;
      if (!socket.write(next)) return;
    }
    socket.off('drain', pour);
  };
  socket.on('drain', pour);
  pour();
}

const greeter = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.resume().write('* OK\r\n');
});

/**
 * @param {import('node:net').Server} tcpServer
 * @returns {Promise<number>} its port
 */
async function listen(tcpServer) {
  await once(tcpServer.listen(0, '127.0.0.1'), 'listening');
  const address = tcpServer.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server without a TCP address');
  return address.port;
}

process.on('disconnect', () => process.exit());
process.send?.({ port: await listen(server), greeterPort: await listen(greeter) });
