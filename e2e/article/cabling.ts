import { runProgram } from '../support/programs.ts';
import type { Namespaces } from './namespaces.ts';
import { type MachineName, machineNames, type Plan, plans, routeToWork } from './world-map.ts';

/** Plugs every machine into its router, gives all their addresses and routes, and lets the routers route. */
export async function layCables(namespaces: Namespaces): Promise<void> {
  const routers = machineNames.filter((name) => plans[name].lan);
  const commands = [
    ...routers.flatMap((name) => routerCommands(namespaces.nameOf(name), plans[name])),
    ...machineNames.flatMap((name) => cableCommands(namespaces, name)),
    `ip -n ${namespaces.nameOf('internet')} route add ${routeToWork.network} via ${routeToWork.gateway}`,
  ];
  await runProgram('sh', ['-ec', commands.join('\n')]);
}

function routerCommands(namespace: string, { lan = [] }: Plan): readonly string[] {
  return [
    // Without the redirects that would tell machines of one network to talk past the router (RFC 1812 section 5.2.7.2).
    `ip netns exec ${namespace} sh -c 'cd /proc/sys/net/ipv4; echo 1 >ip_forward; for each in all default; do echo 0 >conf/$each/send_redirects; done'`,
    `ip -n ${namespace} link add lan type bridge`,
    ...lan.map((address) => `ip -n ${namespace} address add ${address}/24 dev lan`),
    `ip -n ${namespace} link set lan up`,
  ];
}

/** Both ends are made inside: the network of this computer sees none of them. */
function cableCommands(namespaces: Namespaces, name: MachineName): readonly string[] {
  const { uplink } = plans[name];
  if (uplink === undefined) return [];
  const here = namespaces.nameOf(name);
  const router = namespaces.nameOf(uplink.to);
  return [
    `ip -n ${here} link add eth0 type veth peer name to-${name} netns ${router}`,
    `ip -n ${router} link set to-${name} master lan up`,
    `ip -n ${here} address add ${uplink.address}/24 dev eth0`,
    `ip -n ${here} link set eth0 up`,
    `ip -n ${here} route add default via ${uplink.gateway}`,
  ];
}
