import { randomUUID } from 'node:crypto';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { type CommandFailure, runCommand } from './run-command.ts';

/** Of a few short lines: what says more is no answer. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * The command that starts a shell of our own, whatever the account's shell is: sh, csh and fish agree on this much. The
 * line that it prints first proves that the server runs what it is asked to; only then may the shell get its script.
 */
export function shellCommand(readyLine: string): string {
  return `echo ${readyLine}; exec /bin/sh`;
}

/**
 * Gives the server's `sh` a script on its standard input, and gives back what it printed. Never rejects. A server that
 * runs something else in place of our command counts as one that refuses.
 */
export async function askShell(
  source: ChannelSource,
  script: string,
): Promise<Result<string, CommandFailure>> {
  const readyLine = `culvert-${randomUUID()}`;
  const ran = await runCommand(source, shellCommand(readyLine), {
    stdin: script,
    stdinAfterLine: readyLine,
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (!ran.ok) return ran;
  const [, answer] = ran.value.stdout.split(`${readyLine}\n`);
  return answer === undefined ? fail({ reason: 'refused', message: '' }) : succeed(answer);
}
