/** How a machine stands in the world. All networks are /24. */
export interface Plan {
  /** Its cable: the network card `eth0`. The internet has none. */
  readonly uplink?: { readonly to: MachineName; readonly address: string; readonly gateway: string };
  /** A router's own addresses on the network that it serves: the bridge `lan`. */
  readonly lan?: readonly string[];
  /** Whether it translates addresses and lets nobody in who was not asked (NAT with a firewall). */
  readonly isFirewall?: boolean;
}

/** Those that the article names, by its names. */
export type MachineName =
  | 'bish'
  | 'coffee'
  | 'internet'
  | 'core'
  | 'mail'
  | 'firewall'
  | 'workstation'
  | 'files'
  | 'home'
  | 'pimp';

/**
 * The article's world. Public addresses are those set aside for documentation (RFC 5737), private ones are RFC 1918:
 * none of them is anybody's, and no packet leaves the namespaces anyhow.
 */
export const plans: Readonly<Record<MachineName, Plan>> = {
  internet: { lan: ['192.0.2.1', '198.51.100.1', '203.0.113.1'] },
  core: { uplink: { to: 'internet', address: '192.0.2.22', gateway: '192.0.2.1' } },
  mail: { uplink: { to: 'internet', address: '203.0.113.143', gateway: '203.0.113.1' } },
  coffee: {
    uplink: { to: 'internet', address: '198.51.100.10', gateway: '198.51.100.1' },
    lan: ['172.20.0.1'],
    isFirewall: true,
  },
  bish: { uplink: { to: 'coffee', address: '172.20.0.77', gateway: '172.20.0.1' } },
  firewall: {
    uplink: { to: 'internet', address: '198.51.100.20', gateway: '198.51.100.1' },
    lan: ['10.20.0.1'],
    isFirewall: true,
  },
  workstation: { uplink: { to: 'firewall', address: '10.20.0.20', gateway: '10.20.0.1' } },
  files: { uplink: { to: 'firewall', address: '10.20.0.30', gateway: '10.20.0.1' } },
  home: {
    uplink: { to: 'internet', address: '198.51.100.30', gateway: '198.51.100.1' },
    lan: ['192.168.1.1'],
    isFirewall: true,
  },
  pimp: { uplink: { to: 'home', address: '192.168.1.20', gateway: '192.168.1.1' } },
};

export const machineNames = Object.keys(plans) as readonly MachineName[];

/** The address at the end of a machine's cable. */
export function addressOf(name: MachineName): string {
  const { uplink } = plans[name];
  if (uplink === undefined) throw new Error(`${name} hangs on no cable.`);
  return uplink.address;
}

/**
 * The way to the work network that the internet's router knows, as no provider's does: whoever is kept out of it is
 * kept out by its firewall, and not by a missing route.
 */
export const routeToWork = { network: '10.20.0.0/24', gateway: addressOf('firewall') };

/** hosts(5) for every machine. To know a name is not to reach it. */
export const hostsFile = [
  '127.0.0.1 localhost',
  '::1 localhost',
  ...machineNames.filter((name) => plans[name].uplink).map((name) => `${addressOf(name)} ${name}`),
  '',
].join('\n');
