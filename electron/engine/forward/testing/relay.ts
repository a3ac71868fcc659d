import type { Socket } from 'node:net';
import type { ServerChannel } from 'ssh2';

/** Joins a socket and a server's channel. Not by `end()`: ssh2's server would close both directions. */
export function relay(socket: Socket, channel: ServerChannel): void {
  let isHalfDone = false;
  const oneDone = () => {
    if (isHalfDone) channel.close();
    isHalfDone = true;
  };
  socket.on('error', () => channel.close());
  socket.on('data', (chunk: Buffer) => {
    socket.pause();
    channel.write(chunk, () => socket.resume());
  });
  // Node tells the end of a paused socket too: then the last chunk may still wait for the client's window, and ssh2 drops
  // what waits once the EOF is out. This write waits behind it.
  socket.on('end', () => {
    channel.write('', () => {
      channel.eof();
      oneDone();
    });
  });
  channel.on('data', (chunk: Buffer) => {
    if (!socket.write(chunk)) channel.pause();
  });
  socket.on('drain', () => channel.resume());
  channel.on('end', () => {
    socket.end();
    oneDone();
  });
  channel.on('close', () => socket.destroySoon());
  socket.resume();
}
