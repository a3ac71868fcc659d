import type { FoundListener, ListenersResult } from '#shared/listener.ts';
import { succeed } from '#shared/result.ts';
import { createToolRunner, type RunTool, type Tool } from './run-tool.ts';
import { parseTasklist } from './tasklist.ts';
import { parseWindowsNetstat } from './windows-netstat.ts';

/** tasklist takes up to a second, so names are kept this long unless a new process turns up. */
const namesMs = 30_000;

/** Makes a function that reads Windows' TCP listeners. Keep it between polls; `now` is a clock in ms. */
export function createWindowsReader(
  run: RunTool = createToolRunner(),
  now: () => number = Date.now,
): () => Promise<ListenersResult<FoundListener>> {
  let names: ReadonlyMap<number, string> = new Map();
  let namesExpireAt = 0;

  return async () => {
    const [tcp, tcp6] = await Promise.all([
      run(systemTool('NETSTAT.EXE', '-ano', '-p', 'TCP')),
      run(systemTool('NETSTAT.EXE', '-ano', '-p', 'TCPv6')),
    ]);
    if (!tcp.ok) return tcp;
    if (!tcp6.ok) return tcp6;
    const found = [tcp, tcp6].flatMap(({ value }) => parseWindowsNetstat(value));
    if (now() >= namesExpireAt || found.some(({ pid }) => !names.has(pid))) {
      const tasks = await run(systemTool('tasklist.exe', '/FO', 'CSV', '/NH'));
      names = tasks.ok ? parseTasklist(tasks.value) : new Map();
      namesExpireAt = now() + namesMs;
    }
    return succeed(
      found.map(({ pid, ...listener }) => {
        const name = names.get(pid);
        return { ...listener, process: name === undefined ? null : { name, pid }, owner: null };
      }),
    );
  };
}

/** By full path, so that a program of the same name elsewhere on the path is not started instead. */
function systemTool(name: string, ...args: readonly string[]): Tool {
  return {
    file: `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`,
    args,
    timeoutMs: 10_000,
  };
}
