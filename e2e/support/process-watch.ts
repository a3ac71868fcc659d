import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { SecretSearch, Sighting } from './secret-search.ts';

/** How often all processes are looked at, in milliseconds: one that lives for less can be missed. */
const LOOK_INTERVAL_MS = 50;

/** Looks, again and again, at the command lines and environments of a process and of all below it. */
export interface ProcessWatch {
  /** How many processes were seen in all. */
  readonly seen: ReadonlySet<number>;
  /** Ends it, after one last look. */
  stop(): Promise<readonly Sighting[]>;
}

/** Begins to watch; Linux only. */
export function watchProcesses(root: number, search: SecretSearch): ProcessWatch {
  const seen = new Set<number>();
  const found = new Map<string, Sighting>();
  let isStopping = false;
  const look = async () => {
    for (const pid of await treeOf(root)) {
      seen.add(pid);
      for (const name of ['cmdline', 'environ']) {
        // It may have ended by now.
        const content = await readFile(`/proc/${pid}/${name}`).catch(() => Buffer.alloc(0));
        for (const each of search.in(`${name} of process ${pid}`, content))
          found.set(JSON.stringify(each), each);
      }
    }
  };
  const looking = (async () => {
    while (!isStopping) {
      await look();
      await pause(LOOK_INTERVAL_MS);
    }
  })();
  return {
    seen,
    async stop() {
      await look();
      isStopping = true;
      await looking;
      return [...found.values()];
    },
  };
}

async function treeOf(root: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(
    await Promise.all(
      pids.map(async (pid) => {
        const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
        return [pid, Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0)] as const;
      }),
    ),
  );
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(parents.get(pid) ?? 0));
  return pids.filter(isBelow);
}
