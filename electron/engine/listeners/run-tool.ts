import { execFile } from 'node:child_process';
import type { ListListenersError } from '#shared/listener.ts';
import { fail, type Result, succeed } from '#shared/result.ts';

/** A program of the system, with its arguments. It is started directly, never through a shell. */
export interface Tool {
  readonly file: string;
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Claims that a failure with nothing on standard error only means that there is nothing to list. */
  readonly mayFailWhenEmpty?: boolean;
}

/** Gives a tool's standard output. */
export type RunTool = (tool: Tool) => Promise<Result<string, ListListenersError>>;

const maxOutputBytes = 16 * 1024 * 1024;

/**
 * Makes a runner that never has two of the same tool under way: a second caller shares the first one's
 * answer. lsof can hang beyond any signal on a dead network share, so at the timeout the answer is
 * `toolTimedOut` even if the tool cannot be killed, and stays so until it is gone: polls must
 * not pile up such processes.
 */
export function createToolRunner(): RunTool {
  const running = new Map<string, Promise<Result<string, ListListenersError>>>();

  return (tool) => {
    const command = [tool.file, ...tool.args].join(' ');
    const shared = running.get(command);
    if (shared !== undefined) return shared;
    const answer = startTool(tool, command, () => running.delete(command));
    running.set(command, answer);
    return answer;
  };
}

function startTool(
  tool: Tool,
  command: string,
  onExit: () => void,
): Promise<Result<string, ListListenersError>> {
  return new Promise((resolve) => {
    const child = execFile(
      tool.file,
      [...tool.args],
      {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: maxOutputBytes,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        clearTimeout(timer);
        onExit();
        resolve(judge(tool, command, error, stdout, stderr));
      },
    );
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(fail({ code: 'toolTimedOut', detail: `${command}: no answer after ${tool.timeoutMs} ms` }));
    }, tool.timeoutMs);
  });
}

function judge(
  tool: Tool,
  command: string,
  error: Error | null,
  stdout: string,
  stderr: string,
): Result<string, ListListenersError> {
  if (error === null) return succeed(stdout);
  if ('code' in error && error.code === 'ENOENT') return fail({ code: 'toolMissing', detail: tool.file });
  if (tool.mayFailWhenEmpty === true && 'code' in error && error.code === 1 && stderr.trim() === '') {
    return succeed(stdout);
  }
  const said = stderr.trim().slice(0, 500) || error.message.slice(0, 500);
  return fail({ code: 'toolFailed', detail: `${command}: ${said}` });
}
