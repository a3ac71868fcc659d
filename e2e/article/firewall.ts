import type { Machine } from './machine.ts';
import { packetsCounted } from './rule-counters.ts';

const comment = 'uninvited';

/**
 * What a box between a private network and the internet does by default: whoever is inside may go out, under the
 * box's own address, and gets answers; what nobody inside asked for is dropped without a word.
 */
const rules = `
*nat
-A POSTROUTING -o eth0 -j MASQUERADE
COMMIT
*filter
:FORWARD DROP
-A FORWARD -i lan -j ACCEPT
-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A FORWARD -m comment --comment ${comment} -j DROP
-A INPUT -i eth0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A INPUT -i eth0 -m comment --comment ${comment} -j DROP
COMMIT
`;

/** Makes a router a firewall with NAT. */
export async function raiseFirewall(router: Machine): Promise<void> {
  await router.run('iptables-restore', ['-w'], { input: rules });
}

/** How many packets a firewall has dropped so far because nobody inside asked for them. */
export function packetsRefused(router: Machine): Promise<number> {
  return packetsCounted(router, comment);
}
