import { buildWorld } from '../article/world.ts';
import { findFreePort } from './free-port.ts';
import { blackHolePort } from './iptables-drop.ts';
import { startSshAgent } from './ssh-agent.ts';
import { startSshd } from './sshd.ts';

/** What the victim opened, as one line of JSON on its standard output. */
export interface CrashVictimReport {
  readonly account: string;
  readonly home: string;
  readonly sshdPort: number;
  readonly agentPid: number;
  readonly blackHoledPort: number;
  /** The network namespace of one machine of the world. */
  readonly namespace: string;
}

/**
 * A program of its own, for the test that kills a test run: opens one of each fixture that leaves something outside
 * its process, says so, and waits to be killed.
 */
async function main(): Promise<void> {
  const sshd = await startSshd({ authenticationMethods: 'keyboard-interactive', hostKeyTypes: ['ed25519'] });
  const agent = await startSshAgent();
  const blackHoledPort = await findFreePort();
  await blackHolePort(blackHoledPort);
  const world = await buildWorld();
  const report: CrashVictimReport = {
    account: sshd.user,
    home: sshd.account.home,
    sshdPort: sshd.port,
    agentPid: agent.pid,
    blackHoledPort,
    namespace: world.machines.core.within.at(-1) ?? '',
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.stdin.resume();
}

await main();
