import { type ChildProcess, spawn } from 'node:child_process';
import { childrenOf, identifyProcess, isAlive, killTrees, type ProcessIdentity } from './process-tree.ts';
import { requireProgram } from './programs.ts';

export interface ServerCommand {
  /** Absolute path, which also becomes argv[0]. */
  readonly program: string;
  readonly args: readonly string[];
  /** A command that runs the rest of its line elsewhere, such as `ip netns exec …`. Default: here. */
  readonly within?: readonly string[] | undefined;
  /** The line with which the server says that it listens. */
  readonly readyLine: RegExp;
  /** The line with which it says that another one has its port. */
  readonly portTakenLine: RegExp;
  /** Takes all that the server and its children write. */
  readonly onLog: (text: string) => void;
}

/** A running listener that starts one process for each client, as sshd and dropbear do. */
export interface ServerProcess {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** The processes that serve one client each, also those still logging in. */
  clientProcesses(): readonly ProcessIdentity[];
  /** Ends the listener with SIGTERM and leaves its clients connected. */
  stop(): Promise<void>;
  /** Ends the listener and all that ever came from it with SIGKILL; resolves when they are gone. */
  kill(): Promise<void>;
}

/** The server could not bind: somebody else listens on its port. */
export class PortTakenError extends Error {}

/**
 * Starts a server and resolves when it listens. Throws {@link PortTakenError}, or an error with its whole log.
 * The listener dies with us even when we are killed (prctl(2), PR_SET_PDEATHSIG); its clients' processes then
 * end as their connections do.
 */
export async function startServerProcess(command: ServerCommand): Promise<ServerProcess> {
  const dying = [requireProgram('setpriv'), '--pdeathsig', 'KILL', '--', command.program, ...command.args];
  const [program = '', ...args] = [...(command.within ?? []), ...dying];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
    child.on('error', () => resolve());
  });
  await untilReady(child, command);
  const pid = child.pid ?? 0;
  /** What outlives a listener that was stopped. */
  let abandoned: readonly ProcessIdentity[] = [];
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    hasEnded,
    clientProcesses: () => [...abandoned, ...(hasEnded() ? [] : childrenOf(pid))].filter(isAlive),
    stop: async () => {
      if (hasEnded()) return;
      // Held still, so that no client is let in between the count and the end.
      child.kill('SIGSTOP');
      abandoned = childrenOf(pid);
      child.kill('SIGTERM');
      child.kill('SIGCONT');
      await ended;
    },
    kill: async () => {
      const listener = hasEnded() ? null : identifyProcess(pid);
      await killTrees([...(listener === null ? [] : [listener]), ...abandoned]);
      await ended;
    },
  };
}

function untilReady(child: ChildProcess, command: ServerCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    let isReady = false;
    const read = (text: string) => {
      command.onLog(text);
      if (isReady) return;
      log += text;
      isReady = command.readyLine.test(log);
      if (isReady) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const message = `${command.program} ended with ${status ?? signal} before it listened:\n${log}`;
      reject(command.portTakenLine.test(log) ? new PortTakenError(message) : new Error(message));
    });
  });
}
