import type { Socket } from 'node:net';
import type { Channel, ChannelSource } from './channel-source.ts';

/**
 * Spares the client of a target that speaks first (IMAP, SMTP, SSH, MySQL, ...) a wait of 40 ms.
 *
 * sshd leaves Nagle's algorithm on: it keeps the target's first words back until the other side has acknowledged the
 * packet that opened the channel. Our kernel puts that off for 40 ms, in the hope of data to send along, and there is
 * none while the local program waits to be spoken to. So something is sent that changes nothing.
 *
 * Call it when the channel is open and the pump reads. Where the local program has spoken already there is nothing to
 * do: its bytes carry the acknowledgement.
 */
export function hastenFirstWords(socket: Socket, channel: Channel, source: ChannelSource): void {
  const readBefore = socket.bytesRead;
  // The second one runs after the event loop has looked once at what the socket has.
  setImmediate(() =>
    setImmediate(() => {
      if (socket.bytesRead === readBefore && !socket.destroyed) source.acknowledge(channel);
    }),
  );
}
