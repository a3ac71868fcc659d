import { randomBytes } from 'node:crypto';
import { assertNever } from '#shared/assert-never.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { lookProgram } from './look-script.ts';
import { readLook } from './read-look.ts';
import { type CommandFailure, runCommand } from './run-command.ts';

/** How long a look may take, in milliseconds; over a slow link it moves some 100 kB. */
const LOOK_TIMEOUT_MS = 10_000;

/** What the script cuts its lists to fits into this several times. */
const LOOK_MAX_BYTES = 2 * 1024 * 1024;

/** Looks at a server's sockets once, over the session. Never rejects. `at` is taken when the answer is there. */
export async function lookAtServer(source: ChannelSource, now: () => number): Promise<ServerLook> {
  const { command, readyLine, script, sectionMark } = lookProgram(randomBytes(12).toString('hex'));
  const ran = await runCommand(source, command, {
    stdin: script,
    stdinAfterLine: readyLine,
    timeoutMs: LOOK_TIMEOUT_MS,
    maxBytes: LOOK_MAX_BYTES,
  });
  if (!ran.ok) return explainFailure(ran.error, now());
  const { stdout, stderr } = ran.value;
  const reading = readLook(stdout, sectionMark);
  if (reading === 'noTool') return { status: 'failed', at: now(), reason: 'noTool' };
  if (reading !== null) return { status: 'seen', at: now(), ...reading };
  return {
    status: 'noCommands',
    at: now(),
    reason: 'otherAnswer',
    said: makeServerLineSafe(`${stdout} ${stderr}`.replaceAll(readyLine, '')),
  };
}

function explainFailure(failure: CommandFailure, at: number): ServerLook {
  switch (failure.reason) {
    case 'refused':
      return { status: 'noCommands', at, reason: 'refused', said: makeServerLineSafe(failure.message) };
    case 'timedOut':
      // Something runs that waits for words of another kind. To start it again and again would be worse than not to know.
      if (failure.neverReady) return { status: 'noCommands', at, reason: 'otherAnswer', said: '' };
      return { status: 'failed', at, reason: 'timedOut' };
    case 'tooMuch':
    case 'sessionLost':
      return { status: 'failed', at, reason: failure.reason };
    default:
      return assertNever(failure);
  }
}
