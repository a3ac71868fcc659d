import { readAddress } from '../listeners/found-socket.ts';
import { parseProcNetSockets } from '../listeners/proc-net-tcp.ts';

/**
 * The byte order of the machine that wrote a `/proc/net/tcp`: many routers are big-endian, and neither `uname -m` nor
 * any program that they all have tells. But our own session stands in the list, and `SSH_CONNECTION` (ssh(1):
 * client address, client port, server address, server port) says how its addresses read. Unknown counts as
 * little-endian, which nearly all are.
 */
export function byteOrderOf(procNetTcp: string, sshConnection: string): 'LE' | 'BE' {
  const [, clientPort, serverHost = '', serverPort] = sshConnection.trim().split(/\s+/);
  const server = readAddress(serverHost.replace(/^::ffff:(?=\d+\.)/, ''));
  const matches = (byteOrder: 'LE' | 'BE') =>
    parseProcNetSockets(procNetTcp, byteOrder).some(
      ({ address, port, peer }) =>
        address.replace(/^::ffff:(?=\d+\.)/, '') === server &&
        String(port) === serverPort &&
        String(peer?.port) === clientPort,
    );
  return !matches('LE') && matches('BE') ? 'BE' : 'LE';
}
