import { readFile } from 'node:fs/promises';
import type { ElectronApplication } from '@playwright/test';

/** Processor time that the app's processes have used since they began, in milliseconds. */
export interface ProcessorTime {
  readonly main: number;
  readonly engine: number;
  readonly window: number;
  /** The one thread of the window that runs its tasks: how long it ran, and how long it waited for its turn to. */
  readonly windowThread: { readonly ran: number; readonly waited: number };
}

/** What Culvert's three processes have used so far. */
export async function processorTime(electron: ElectronApplication): Promise<ProcessorTime> {
  const metrics = await electron.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .map(({ pid, type, serviceName, name }) => ({ pid, type, name: name ?? serviceName ?? '' })),
  );
  const pidOf = (isIt: (each: (typeof metrics)[number]) => boolean) => {
    const pid = metrics.find(isIt)?.pid;
    if (pid === undefined) throw new Error(`It is not there: ${JSON.stringify(metrics)}`);
    return pid;
  };
  const windowPid = pidOf(({ type }) => type === 'Tab');
  const [main, engine, window, windowThread] = await Promise.all([
    readProcessorTime(pidOf(({ type }) => type === 'Browser')),
    readProcessorTime(pidOf(({ type, name }) => type === 'Utility' && name.includes('culvert-engine'))),
    readProcessorTime(windowPid),
    readThread(windowPid),
  ]);
  return { main, engine, window, windowThread };
}

/**
 * How much longer than on a computer of its own the window's tasks took between the two: 1 where nobody was in the way.
 */
export function stretch(
  { windowThread: before }: ProcessorTime,
  { windowThread: after }: ProcessorTime,
): number {
  const [ran, waited] = [after.ran - before.ran, after.waited - before.waited];
  return ran > 0 ? (ran + waited) / ran : 1;
}

/** A process's first thread, by Linux's schedstat (Documentation/scheduler/sched-stats.rst): nanoseconds run and waited. */
async function readThread(pid: number): Promise<{ readonly ran: number; readonly waited: number }> {
  const [ran = 0, waited = 0] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8'))
    .split(' ')
    .map(Number);
  return { ran: ran / 1e6, waited: waited / 1e6 };
}

/** `utime` and `stime` of proc_pid_stat(5), in ticks of 10 ms. The name in brackets may itself hold blanks. */
async function readProcessorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
