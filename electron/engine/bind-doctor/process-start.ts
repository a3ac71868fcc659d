import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createToolRunner } from '../listeners/run-tool.ts';

const run = createToolRunner();

/**
 * When a process started, in milliseconds since the epoch, to the second; null where that is not known: on
 * Windows, where asking costs a second of PowerShell, and for a process that has just ended.
 */
export async function readProcessStart(
  pid: number,
  platform: NodeJS.Platform = process.platform,
  procDir = '/proc',
): Promise<number | null> {
  switch (platform) {
    case 'linux': {
      const [stat, system] = await Promise.all([
        readFile(join(procDir, String(pid), 'stat'), 'utf8').catch(() => ''),
        readFile(join(procDir, 'stat'), 'utf8').catch(() => ''),
      ]);
      return parseLinuxStart(stat, system);
    }
    case 'darwin': {
      const answer = await run({
        file: '/bin/ps',
        args: ['-o', 'lstart=', '-p', String(pid)],
        timeoutMs: 2_000,
      });
      return answer.ok ? parseLstart(answer.value) : null;
    }
    default:
      return null;
  }
}

/** The unit in which Linux tells times to programs (USER_HZ, time(7)): 100 a second wherever Node runs. */
const MS_PER_TICK = 10;

/**
 * Reads `starttime` from `/proc/<pid>/stat` (proc_pid_stat(5), field 22: ticks since boot) and `btime` from
 * `/proc/stat` (proc_stat(5): seconds since the epoch). The process's name may hold spaces and brackets, so
 * fields are counted from the last bracket.
 */
export function parseLinuxStart(pidStat: string, systemStat: string): number | null {
  const fields = pidStat
    .slice(pidStat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  // The first of them is field 3.
  const ticks = /^\d{1,15}$/.exec(fields[19] ?? '')?.[0];
  const bootSeconds = /^btime (\d{1,12})$/m.exec(systemStat)?.[1];
  if (ticks === undefined || bootSeconds === undefined) return null;
  return Number(bootSeconds) * 1000 + Number(ticks) * MS_PER_TICK;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads what `ps -o lstart=` prints in the C locale, in this computer's time zone: `Mon Mar 14 09:07:45 2016`. */
export function parseLstart(text: string): number | null {
  const [, name = '', day, hour, minute, second, year] =
    /^\s*[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})\s*$/.exec(text) ?? [];
  const month = MONTHS.indexOf(name);
  if (month === -1) return null;
  return new Date(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)).getTime();
}
