import { randomBytes } from 'node:crypto';
import { assertNever } from '#shared/assert-never.ts';
import type { ServerLook } from '#shared/server-look.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { askShell, type ShellFailure } from './ask-shell.ts';
import { lookProgram } from './look-script.ts';
import { readLook } from './read-look.ts';

/** What the script cuts its lists to fits into this several times; over a slow link a look moves some 100 kB. */
const LOOK_MAX_BYTES = 2 * 1024 * 1024;

/** Looks at a server's sockets once, over the session. Never rejects. `at` is taken when the answer is there. */
export async function lookAtServer(source: ChannelSource, now: () => number): Promise<ServerLook> {
  const { definitions, sectionMark } = lookProgram(randomBytes(12).toString('hex'));
  const answered = await askShell(source, definitions, LOOK_MAX_BYTES);
  if (!answered.ok) return explainFailure(answered.error, now());
  const reading = readLook(answered.value, sectionMark);
  if (reading === null) return explainFailure({ reason: 'otherAnswer', said: answered.value }, now());
  if (reading === 'noTool') return { status: 'failed', at: now(), reason: 'noTool' };
  return { status: 'seen', at: now(), ...reading };
}

function explainFailure(failure: ShellFailure, at: number): ServerLook {
  switch (failure.reason) {
    case 'refused':
      return { status: 'noCommands', at, reason: 'refused', said: makeServerLineSafe(failure.message) };
    case 'otherAnswer':
      return { status: 'noCommands', at, reason: 'otherAnswer', said: makeServerLineSafe(failure.said) };
    case 'busy':
    case 'timedOut':
    case 'silent':
    case 'tooMuch':
    case 'sessionLost':
      return { status: 'failed', at, reason: failure.reason };
    default:
      return assertNever(failure);
  }
}
