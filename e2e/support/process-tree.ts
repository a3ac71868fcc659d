import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** A process, told from a later one with the same number by its start time (clock ticks since boot). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ProcessStatus extends ProcessIdentity {
  readonly parentPid: number;
  readonly isDead: boolean;
}

/** The live processes that `pid` started itself. */
export function childrenOf(pid: number): readonly ProcessIdentity[] {
  return allProcesses().filter((each) => each.parentPid === pid && !each.isDead);
}

/** The process that has this number now, or null. A zombie counts as ended. */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const status = readStatus(pid);
  return status === null || status.isDead ? null : { pid, startTime: status.startTime };
}

/** Whether that very process still lives. */
export function isAlive(process: ProcessIdentity): boolean {
  return identifyProcess(process.pid)?.startTime === process.startTime;
}

/** The live processes in whose environment this word stands. */
export function processesWithEnvironment(word: string): readonly number[] {
  const holds = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(word);
    } catch {
      return false; // ended meanwhile, or somebody else's
    }
  };
  return allProcesses().flatMap(({ pid, isDead }) => (!isDead && holds(pid) ? [pid] : []));
}

/**
 * Ends the given processes and all below them with SIGKILL, and resolves when they are gone.
 * Each is stopped before its children are listed, so that none can start another one meanwhile.
 */
export async function killTrees(roots: readonly ProcessIdentity[]): Promise<void> {
  const doomed = roots.flatMap(freezeTree);
  for (const each of doomed) signal(each, 'SIGKILL');
  await eventually(() => {
    const left = doomed.filter(isAlive);
    if (left.length > 0) throw new Error(`Processes survived SIGKILL: ${left.map((each) => each.pid)}`);
  });
}

function freezeTree(root: ProcessIdentity): readonly ProcessIdentity[] {
  signal(root, 'SIGSTOP');
  return [root, ...childrenOf(root.pid).flatMap(freezeTree)];
}

function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function allProcesses(): readonly ProcessStatus[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStatus(Number(name)))
    .filter((status) => status !== null);
}

/** Source: proc(5), /proc/pid/stat. The name in brackets may itself hold blanks and brackets. */
function readStatus(pid: number): ProcessStatus | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    isDead: fields[0] === 'Z' || fields[0] === 'X',
    parentPid: Number(fields[1]),
    startTime: fields[19] ?? '',
  };
}
