import { execFile } from 'node:child_process';
import { answerHost } from './answered-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { AllowedResults, type MatchResults } from './match-results.ts';
import { wayOfHost } from './way-of-host.ts';

/** A command that says nothing for so long counts as failed: it is asked at every change of the files. */
const TIME_LIMIT_MS = 5_000;

/** Each result can bring further lines, with further commands, into play. */
const MOST_ROUNDS = 20;

/**
 * Runs those commands of `Match exec` on the way to a Host that the user allowed, each once, by the user's shell as ssh does
 * (readconf.c, execute_in_shell), and gives whether they ended with 0. Others are left alone.
 */
export async function runMatchCommands(
  host: string,
  allowed: readonly string[],
  frame: ConfigFrame,
): Promise<MatchResults> {
  const results = new AllowedResults(allowed);
  for (let round = 0; allowed.length > 0 && round < MOST_ROUNDS; round += 1) {
    const answered = answerHost({ host, ran: results }, frame);
    if (answered.ok) wayOfHost(answered.value, results, frame);
    const wanted = results.takeWanted();
    if (wanted === null) break;
    results.note(wanted, { kind: 'ended', succeeded: await succeeds(wanted) });
  }
  return results;
}

function succeeds(command: string): Promise<boolean> {
  const shell = process.platform === 'win32' ? undefined : process.env.SHELL || '/bin/sh';
  return new Promise((resolve) => {
    const options = { timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child =
      shell === undefined
        ? execFile(command, { ...options, shell: true }, (error) => resolve(error === null))
        : execFile(shell, ['-c', command], options, (error) => resolve(error === null));
    child.stdin?.end();
  });
}
