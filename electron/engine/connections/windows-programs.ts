import { parseEndpoint } from '#shared/endpoint.ts';
import { createToolRunner, type RunTool, type Tool } from '../listeners/run-tool.ts';
import { parseTasklist } from '../listeners/tasklist.ts';
import type { FindPrograms } from './find-programs.ts';
import { matchPrograms } from './held-programs.ts';
import type { HeldEnds } from './lsof-connections.ts';

/** Finds programs with netstat, which numbers them for everybody, and tasklist, which names them. */
export function createWindowsPrograms(run: RunTool = createToolRunner()): FindPrograms {
  return async (ends) => {
    const [tcp, tcp6, tasks] = await Promise.all([
      run(systemTool('NETSTAT.EXE', '-ano', '-p', 'TCP')),
      run(systemTool('NETSTAT.EXE', '-ano', '-p', 'TCPv6')),
      run(systemTool('tasklist.exe', '/FO', 'CSV', '/NH')),
    ]);
    if (!tcp.ok || !tcp6.ok) return ends.map(() => ({ kind: 'unknown' }));
    const names = tasks.ok ? parseTasklist(tasks.value) : new Map<number, string>();
    const held = [tcp, tcp6].flatMap(({ value }) => parseWindowsConnections(value, names));
    return matchPrograms(ends, held);
  };
}

/** `TCP local foreign STATE pid`; the state is translated, so only its place counts. */
const connectionLine = /^\s*TCP\s+(\S+:\d{1,5})\s+(\S+:\d{1,5})\s+\S.*\s(\d{1,10})\s*$/;

/** Reads `netstat -ano` in any language: its connections with a peer, named where the name is known. */
export function parseWindowsConnections(
  text: string,
  names: ReadonlyMap<number, string>,
): readonly HeldEnds[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, ours = '', theirs = '', pid] = connectionLine.exec(line) ?? [];
    const [local, remote] = [parseEndpoint(ours), parseEndpoint(theirs)];
    // Number 0 is the idle process: it stands there for sockets that nobody holds any more.
    if (!local || !remote || remote.port === 0 || Number(pid) === 0) return [];
    return [{ local, remote, pid: Number(pid), name: names.get(Number(pid)) ?? '?' }];
  });
}

/** By full path, so that a program of the same name elsewhere on the path is not started instead. */
function systemTool(name: string, ...args: readonly string[]): Tool {
  return {
    file: `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`,
    args,
    timeoutMs: 10_000,
  };
}
