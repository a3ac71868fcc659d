import { type Closers, createClosers } from '../support/closers.ts';
import { type Sshd, startSshd } from '../support/sshd.ts';
import { layCables } from './cabling.ts';
import { raiseFirewall } from './firewall.ts';
import { type Machine, machineIn } from './machine.ts';
import { openNamespaces } from './namespaces.ts';
import { startFileServer, startMailServer } from './servers.ts';
import { addressOf, hostsFile, type MachineName, machineNames, plans } from './world-map.ts';

/** The world of "SSH Tunnels for Fun and Profit", running. docs/article-run.md has a drawing. */
export interface World {
  /** Each machine by its name. */
  readonly machines: Readonly<Record<MachineName, Machine>>;
  /** core's sshd at port 22: GatewayPorts no, as it is installed. */
  readonly coreSshd: Sshd;
  /** The workstation's own sshd at port 22. */
  readonly workstationSshd: Sshd;
  /** Ends all that runs in the world, and the world. */
  close(): Promise<void>;
}

/** Builds it in about a second. Needs root. All of it is gone after `close()`, and also when this process is killed. */
export async function buildWorld(): Promise<World> {
  const closers = createClosers();
  try {
    return await build(closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function build(closers: Closers): Promise<World> {
  const namespaces = await openNamespaces(machineNames, hostsFile);
  closers.add(namespaces.close);
  await layCables(namespaces);
  const machine = (name: MachineName): [MachineName, Machine] => [
    name,
    machineIn(namespaces.nameOf(name), name, plans[name].uplink ? addressOf(name) : ''),
  ];
  const machines = Object.fromEntries(machineNames.map(machine)) as Record<MachineName, Machine>;
  const firewalls = machineNames.filter((name) => plans[name].isFirewall);
  await Promise.all(firewalls.map((name) => raiseFirewall(machines[name])));
  const started = <Server extends { close(): Promise<void> }>(server: Server): Server => {
    closers.add(server.close);
    return server;
  };
  started(await startMailServer(machines.mail));
  started(await startFileServer(machines.files));
  return {
    machines,
    coreSshd: started(await startSshdOn(machines.core)),
    workstationSshd: started(await startSshdOn(machines.workstation)),
    close: closers.close,
  };
}

function startSshdOn({ address, within }: Machine): Promise<Sshd> {
  return startSshd({ host: address, port: 22, within, hostKeyTypes: ['ed25519'], gatewayPorts: 'no' });
}
