import { isIPv4, type Socket } from 'node:net';
import type { Endpoint } from '#shared/endpoint.ts';
import { asciiHost } from './ascii-host.ts';

/** The choice of a method, and a reply with an IPv4 address in it, which is what our own listener sends. */
const REPLIES_BYTES = 2 + 10;

/**
 * Asks a SOCKS 5 listener of our own to connect to a target (RFC 1928), names unresolved, so that the server looks them
 * up. False when it refuses or hangs up. What comes after its reply stays in the socket, which is then paused.
 */
export function askSocks(socket: Socket, target: Endpoint): Promise<boolean> {
  return new Promise((resolve) => {
    let replies = Buffer.alloc(0);
    const finish = (isGranted: boolean) => {
      socket.off('data', onData).off('end', onGone).off('close', onGone);
      resolve(isGranted);
    };
    const onGone = () => finish(false);
    const onData = (chunk: Buffer) => {
      replies = Buffer.concat([replies, chunk]);
      if (replies.length < REPLIES_BYTES) return;
      socket.pause();
      finish(replies[3] === 0);
      if (replies.length > REPLIES_BYTES) socket.unshift(replies.subarray(REPLIES_BYTES));
    };
    socket.on('data', onData).on('end', onGone).on('close', onGone);
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0]), addressOf(target)]));
  });
}

/** ATYP, DST.ADDR and DST.PORT (RFC 1928 section 5). */
function addressOf({ host, port }: Endpoint): Buffer {
  const tail = Buffer.from([port >> 8, port & 0xff]);
  if (isIPv4(host)) return Buffer.concat([Buffer.from([1, ...host.split('.').map(Number)]), tail]);
  // IPv6 as text, too: a server takes an address where a name may stand, and a zone has no other form.
  const name = Buffer.from(asciiHost(host)).subarray(0, 255);
  return Buffer.concat([Buffer.from([3, name.length]), name, tail]);
}
