import { randomBytes } from 'node:crypto';
import { cleanUpAfterDeath } from './cleanup-after-death.ts';
import { type ProgramName, requireProgram, runProgram, tryProgram } from './programs.ts';
import { requireRoot } from './root.ts';

export interface BlackHoledPort {
  /** Lets packets through again. */
  close(): Promise<void>;
}

/**
 * Drops every packet from and to a TCP port of this machine's loopback, as a dead network does: no reset, no
 * acknowledgement, for connections old and new. Needs root. Packets on the loopback pass the INPUT chain in both
 * directions; dropping there, and not in OUTPUT, keeps the sender from hearing "Operation not permitted".
 * The rules are taken away also when this process is killed.
 */
export async function blackHolePort(port: number, family: 'ipv4' | 'ipv6' = 'ipv4'): Promise<BlackHoledPort> {
  requireRoot('Dropping packets with iptables');
  const program: ProgramName = family === 'ipv4' ? 'iptables' : 'ip6tables';
  const path = requireProgram(program);
  const comment = `culvert-test-${process.pid}-${randomBytes(3).toString('hex')}`;
  const rule = (side: '--dport' | '--sport') => [
    ...['INPUT', '-i', 'lo', '-p', 'tcp', side, String(port)],
    ...['-m', 'comment', '--comment', comment, '-j', 'DROP'],
  ];
  const sides = ['--dport', '--sport'] as const;
  const removal = sides.map((side) => `${path} -w -D ${rule(side).join(' ')}`).join('; ');
  const safetyNet = cleanUpAfterDeath(removal, []);
  // -w waits for the lock: several test processes may change rules at once.
  try {
    for (const side of sides) await runProgram(program, ['-w', '-I', ...rule(side)]);
  } catch (error) {
    await tryProgram('sh', ['-c', removal]);
    await safetyNet.close();
    throw error;
  }
  const remove = async () => {
    for (const side of sides) await runProgram(program, ['-w', '-D', ...rule(side)]);
    await safetyNet.close();
  };
  let closed: Promise<void> | null = null;
  return {
    close: () => {
      closed ??= remove();
      return closed;
    },
  };
}
