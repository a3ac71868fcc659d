import os from 'node:os';
import type { ElectronApplication } from '@playwright/test';
import { tryProgram } from '../support/programs.ts';

/** What the figures depend on, for people: processor, system, versions. Names no path and no host. */
export async function describeConditions(electron: ElectronApplication): Promise<readonly string[]> {
  const versions = await electron.evaluate(({ app }) => ({
    culvert: app.getVersion(),
    electron: process.versions.electron,
    node: process.versions.node,
  }));
  const ssh = await tryProgram('ssh', ['-V']);
  const cpus = os.cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpus.length} cores, ${cpus[0]?.model.trim() ?? 'unknown processor'}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `${os.type()} ${os.release()}, load of the minute before the run ${(os.loadavg()[0] ?? 0).toFixed(1)}`,
    `Culvert ${versions.culvert} on Electron ${versions.electron} (Node ${versions.node})`,
    `${ssh.stderr.trim().split(',')[0]}, the same for ssh and sshd`,
    `Load processes: Node ${process.versions.node}, TCP_NODELAY on their sockets`,
  ];
}
