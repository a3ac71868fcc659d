import { execFile } from 'node:child_process';
import { answerHost } from './answered-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { expandTokens } from './expand-tokens.ts';
import { tokenValuesOf } from './host-answer.ts';
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
): Promise<ReadonlyMap<string, boolean>> {
  const ran = new Map<string, boolean>();
  if (allowed.length === 0) return ran;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const next = wantedNow(host, ran, frame).find(({ command }) => allowed.includes(command));
    if (next === undefined) return ran;
    ran.set(next.command, next.runnable !== null && (await succeeds(next.runnable)));
  }
  return ran;
}

interface Wanted {
  readonly command: string;
  /** With its tokens put in; null where they cannot be. */
  readonly runnable: string | null;
}

/** The commands that the files ask for, with what is known so far. */
function wantedNow(host: string, ran: ReadonlyMap<string, boolean>, frame: ConfigFrame): readonly Wanted[] {
  const answered = answerHost({ host, ran }, frame);
  if (!answered.ok) return [];
  const way = wayOfHost(answered.value, ran, frame);
  const jumps = way.ok ? way.value.jumps : [];
  return [{ ...answered.value, name: host }, ...jumps].flatMap(({ name, resolved }) => {
    const values = tokenValuesOf(resolved.settings, { ...frame, host: name });
    return resolved.problems
      .filter(({ kind }) => kind === 'commandNotRun')
      .map(({ subject: command }) => {
        const expanded = values.ok ? expandTokens(command, values.value, frame.environment) : values;
        return { command, runnable: expanded.ok ? expanded.value : null };
      });
  });
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
