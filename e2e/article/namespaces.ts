import { randomBytes } from 'node:crypto';
import { cleanUpAfterDeath } from '../support/cleanup-after-death.ts';
import { runProgram } from '../support/programs.ts';
import { requireRoot } from '../support/root.ts';

export interface Namespaces {
  /** The namespace's name for ip-netns(8). */
  nameOf(machine: string): string;
  /** Ends what still runs in them and removes them, with their cables, rules and files. */
  close(): Promise<void>;
}

/**
 * Harmless where nothing is left. The folder of all namespaces' files stays while somebody else has some in it; runs
 * take turns at it by flock(1), which can lock a folder.
 */
const removal = `
for each in "$@"; do
  ip netns pids "$each" | xargs -r kill -9
  ip netns del "$each"
  rm -rf "/etc/netns/$each"
done
flock /etc rmdir --ignore-fail-on-non-empty /etc/netns
true`;

const creation = `set -e
hosts=$1
shift
for each in "$@"; do
  ip netns add "$each"
  ip -n "$each" link set lo up
  flock /etc mkdir -p "/etc/netns/$each"
  printf '%s' "$hosts" >"/etc/netns/$each/hosts"
  echo '# There is no name server in this world.' >"/etc/netns/$each/resolv.conf"
done`;

/**
 * Makes one empty network namespace for each machine, all with the same names (`hosts`, see hosts(5)) and no name
 * server. Their own names hold our process id, so that several runs do not meet. They go also when we are killed.
 */
export async function openNamespaces(machines: readonly string[], hosts: string): Promise<Namespaces> {
  requireRoot('A world of network namespaces');
  const prefix = `culvert-test-${process.pid}-${randomBytes(2).toString('hex')}`;
  const nameOf = (machine: string) => `${prefix}-${machine}`;
  const names = machines.map(nameOf);
  const safetyNet = cleanUpAfterDeath(removal, names);
  const remove = async () => {
    await runProgram('sh', ['-c', removal, 'remove-namespaces', ...names]);
    await safetyNet.close();
  };
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= remove();
    return closed;
  };
  try {
    await runProgram('sh', ['-c', creation, 'make-namespaces', hosts, ...names]);
    return { nameOf, close };
  } catch (error) {
    await close();
    throw error;
  }
}
