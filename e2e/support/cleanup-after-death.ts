import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { requireProgram } from './programs.ts';

export interface CleanupAfterDeath {
  /** Calls it off: the fixture was closed in the ordinary way. */
  close(): Promise<void>;
}

/**
 * Runs a shell command when this process ends, however it ends, SIGKILL included: a small shell of its own
 * waits for the end of a pipe that only we hold open. For what outlives a process: accounts, firewall rules,
 * files in /etc. The command finds `args` as $1, $2, and so on, and must be harmless where nothing is left to do.
 */
export function cleanUpAfterDeath(command: string, args: readonly string[]): CleanupAfterDeath {
  const waitThenRun = `while read -r line; do :; done; ${command}`;
  const watcher = spawn(requireProgram('sh'), ['-c', waitThenRun, 'cleanup-after-death', ...args], {
    // A process group of its own: Ctrl-C in a terminal must not end it together with us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(watcher, 'exit');
  watcher.unref();
  const pipe = watcher.stdin;
  pipe.on('error', () => {});
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  return {
    close: async () => {
      watcher.kill('SIGKILL');
      watcher.ref();
      await ended;
    },
  };
}
