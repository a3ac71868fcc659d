import { spawn } from 'node:child_process';
import type { CommandOutcome } from './match-results.ts';

/** A command that takes longer counts as failed: it is asked at every change of the files. */
const TIME_LIMIT_MS = 5_000;

/**
 * Runs one command of `Match exec` by the user's shell, as ssh does (readconf.c, execute_in_shell): it reads nothing, nobody reads
 * what it says, and it has ended when the shell has, whatever that leaves running. One that takes too long is ended with all that
 * it started.
 */
export function runMatchCommand(
  command: string,
  timeLimitMs: number = TIME_LIMIT_MS,
): Promise<CommandOutcome> {
  const child = start(command);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      resolve({
        kind: 'noResult',
        reason: `It did not end within ${timeLimitMs / 1000} s, was ended, and counts as failed.`,
      });
    }, timeLimitMs);
    child.once('error', ({ message }) => {
      clearTimeout(timer);
      resolve({ kind: 'noResult', reason: `It cannot be run, and counts as failed: ${message}.` });
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ kind: 'ended', succeeded: code === 0 });
    });
  });
}

function start(command: string) {
  const options = { stdio: 'ignore', windowsHide: true } as const;
  if (process.platform === 'win32') return spawn(command, { ...options, shell: true });
  return spawn(process.env.SHELL || '/bin/sh', ['-c', command], { ...options, detached: true });
}

/** Windows has no groups: there it is the shell alone. */
function endGroup(leader: number): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
  } catch {
    // They have all gone by themselves.
  }
}
