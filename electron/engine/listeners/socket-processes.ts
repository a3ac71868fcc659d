import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachBounded } from './for-each-bounded.ts';

/** The process that holds a socket; of several (a server and its workers) usually the one with the lowest pid. */
export interface SocketProcess {
  readonly pid: number;
  readonly name: string;
}

/** Finds processes by socket. Walks /proc only for sockets that it has not seen. */
export interface SocketProcesses {
  /**
   * By inode; an inode that is missing belongs to a process that we may not look into. `likelyPids` are looked into
   * first: our own by default.
   */
  find(
    inodes: ReadonlySet<string>,
    likelyPids?: readonly number[],
  ): Promise<ReadonlyMap<string, SocketProcess>>;
}

/** A process and `/proc/<pid>/fd/<n>`, the link by which it holds a socket. */
interface Holding {
  readonly pid: number;
  readonly link: string;
}

interface Holder extends Holding, SocketProcess {}

/**
 * How long an answer is believed, "unknown" too: a process that replaced its program (execve keeps
 * pid and sockets) has the old name that long, and a socket passed to one of our processes no name.
 */
const cacheMs = 30_000;

/** File system calls under way at once. libuv has four threads by default; more only lengthen everybody's queue. */
const lanes = 8;

/** Looks under `procDir` (`/proc`); `now` is a clock in ms. */
export function createSocketProcesses(procDir: string, now: () => number): SocketProcesses {
  let cache = new Map<string, Holder | null>();
  let walkedPids = new Set<number>();
  let expiresAt = now() + cacheMs;

  return {
    async find(inodes, likelyPids = [process.pid]) {
      if (now() >= expiresAt) {
        cache = new Map();
        walkedPids = new Set();
        expiresAt = now() + cacheMs;
      }
      const known = await keepValid(cache, inodes);
      const missing = new Set([...inodes].filter((inode) => !known.has(inode)));
      if (missing.size > 0) {
        const pids = await listPids(procDir);
        const holdings = await findHoldings(procDir, orderPids(pids, walkedPids, likelyPids), missing);
        const holders = await nameHolders(procDir, holdings);
        for (const inode of missing) known.set(inode, holders.get(inode) ?? null);
        walkedPids = new Set(pids);
      }
      cache = known;
      return new Map([...known].flatMap(([inode, holder]) => (holder ? [[inode, toProcess(holder)]] : [])));
    },
  };
}

/** The cached answers about these inodes that still hold: one link read each. */
async function keepValid(
  cache: ReadonlyMap<string, Holder | null>,
  inodes: ReadonlySet<string>,
): Promise<Map<string, Holder | null>> {
  const valid = new Map<string, Holder | null>();
  await forEachBounded(inodes, lanes, async (inode) => {
    const holder = cache.get(inode);
    if (holder === undefined) return;
    if (holder === null || (await readSocketInode(holder.link)) === inode) valid.set(inode, holder);
  });
  return valid;
}

async function listPids(procDir: string): Promise<readonly number[]> {
  const names = await readdir(procDir);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/**
 * Where a new socket most likely is, first: in a likely process, then in one that was not there at the last
 * walk, then in the rest. A walk over everything costs 0.2 s for 500 processes with 20 files each.
 */
function orderPids(
  pids: readonly number[],
  walkedPids: ReadonlySet<number>,
  likelyPids: readonly number[],
): readonly (readonly number[])[] {
  const sorted = pids.filter((pid) => !likelyPids.includes(pid)).sort((a, b) => a - b);
  const isNew = (pid: number) => !walkedPids.has(pid);
  return [likelyPids, sorted.filter(isNew), sorted.filter((pid) => !isNew(pid))];
}

/** Walks the groups in turn, each from its lowest pid up, until every wanted socket has its process. */
async function findHoldings(
  procDir: string,
  groups: readonly (readonly number[])[],
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Holding>> {
  const holdings = new Map<string, Holding>();
  for (const pids of groups) {
    const earlier = new Set(holdings.keys());
    await forEachBounded(pids, lanes, async (pid) => {
      if (holdings.size === wanted.size) return;
      const directory = join(procDir, String(pid), 'fd');
      // Not ours to read, or gone meanwhile: that process has nothing to tell.
      for (const fd of await readdir(directory).catch(() => [])) {
        const link = `${directory}/${fd}`;
        const inode = await readSocketInode(link);
        if (inode === null || !wanted.has(inode) || earlier.has(inode)) continue;
        const other = holdings.get(inode);
        if (other === undefined || pid < other.pid) holdings.set(inode, { pid, link });
      }
    });
  }
  return holdings;
}

async function nameHolders(
  procDir: string,
  holdings: ReadonlyMap<string, Holding>,
): Promise<ReadonlyMap<string, Holder>> {
  const names = new Map<number, string>();
  const pids = new Set([...holdings.values()].map(({ pid }) => pid));
  await forEachBounded(pids, lanes, async (pid) => {
    const name = await readProcessName(join(procDir, String(pid)));
    if (name !== null) names.set(pid, name);
  });
  const holders = new Map<string, Holder>();
  for (const [inode, holding] of holdings) {
    const name = names.get(holding.pid);
    if (name !== undefined) holders.set(inode, { ...holding, name });
  }
  return holders;
}

function toProcess({ pid, name }: Holder): SocketProcess {
  return { pid, name };
}

async function readSocketInode(link: string): Promise<string | null> {
  const text = await readlink(link).catch(() => '');
  return /^socket:\[(\d+)\]$/.exec(text)?.[1] ?? null;
}

/** The kernel keeps 15 bytes of a process's name (proc_pid_comm(5)); the command line often has the rest. */
async function readProcessName(directory: string): Promise<string | null> {
  const comm = (await readFile(join(directory, 'comm'), 'utf8').catch(() => '')).replace(/\n$/, '');
  if (comm === '') return null;
  if (Buffer.byteLength(comm) < 15) return comm;
  const commandLine = await readFile(join(directory, 'cmdline'), 'utf8').catch(() => '');
  const program = commandLine.split('\0')[0]?.split('/').at(-1)?.slice(0, 256) ?? '';
  return program.startsWith(comm) ? program : comm;
}
