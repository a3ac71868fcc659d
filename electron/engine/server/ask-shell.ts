import { fail, type Result, succeed } from '#shared/result.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { guardedScript } from './guarded-script.ts';
import { type CommandFailure, runCommand } from './run-command.ts';
import { shellCommand } from './shell-command.ts';
import { textAfterLine } from './whole-line.ts';

/** Why a shell gave no answer. */
export type ShellFailure =
  | Exclude<CommandFailure, { readonly reason: 'neverReady' }>
  /** Not even the shell's first line came in time. */
  | { readonly reason: 'silent' }
  /** The server runs something else in place of our command; `said` is its own text. */
  | { readonly reason: 'otherAnswer'; readonly said: string };

/** Of a few short lines: what says more is no answer. */
const MAX_ANSWER_BYTES = 65_536;

/** How long an answer may take, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The server's side gives up by itself so much after us, in milliseconds, should it not hear of that. */
const GUARD_DELAY_MS = 2_000;

/**
 * Has the server's `sh` run the `main` of these definitions, and gives back what it printed. Never rejects. Nothing that
 * it started is left there afterwards.
 */
export async function askShell(
  source: ChannelSource,
  definitions: string,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Result<string, ShellFailure>> {
  const { command, readyLine } = shellCommand();
  const ran = await runCommand(source, command, {
    stdin: guardedScript(definitions, (ANSWER_TIMEOUT_MS + GUARD_DELAY_MS) / 1000),
    stdinAfterLine: readyLine,
    timeoutMs: ANSWER_TIMEOUT_MS,
    maxBytes,
  });
  if (!ran.ok) return fail(explain(ran.error));
  const { stdout, stderr } = ran.value;
  const answer = textAfterLine(stdout, readyLine);
  return answer === null ? fail({ reason: 'otherAnswer', said: `${stdout} ${stderr}` }) : succeed(answer);
}

/** A server that has said nothing at all may be slow, which can change; one that says something else is not. */
function explain(failure: CommandFailure): ShellFailure {
  if (failure.reason !== 'neverReady') return failure;
  return failure.said === '' ? { reason: 'silent' } : { reason: 'otherAnswer', said: failure.said };
}
