import type { Client } from 'ssh2';
import { insideOfClient } from './guards/client-inside.ts';

/**
 * Sends what ssh2 sends at every interval, now: a global request that no server knows and each has to answer
 * (keepalive@openssh.com; RFC 4254, section 4). ssh2 has no call for it.
 */
export function sendKeepalive(client: Client): void {
  const { _callbacks, _protocol } = insideOfClient(client);
  // Answers bear no names: each is for the oldest request that waits.
  _callbacks.push(() => {});
  _protocol.ping();
}
