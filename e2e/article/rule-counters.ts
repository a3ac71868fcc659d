import type { Machine } from './machine.ts';

/**
 * Packets that passed a machine's iptables rules of this comment (one word), since the rules were made. Source:
 * iptables-save(8), -c.
 */
export async function packetsCounted(machine: Machine, comment: string): Promise<number> {
  const { stdout } = await machine.run('iptables-save', ['-c']);
  const rules = stdout.split('\n').filter((line) => line.includes(` --comment ${comment}`));
  if (rules.length === 0) throw new Error(`${machine.name} has no rule that counts "${comment}":\n${stdout}`);
  return rules.reduce((sum, line) => sum + Number(/^\[(\d+):/.exec(line)?.[1]), 0);
}
