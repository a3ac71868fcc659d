import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { describeSystemCause } from '#shared/system-cause.ts';
import { removeKnownHostsLine, type ShownLine } from './known-hosts-removal.ts';
import type { LinesInTheWay } from './lines-in-the-way.ts';

/** Removes a line by a person's word, if it is one that was shown to them as standing in the way. */
export async function removeLineInTheWay(
  shown: ShownLine,
  lines: LinesInTheWay,
): Promise<Result<{ backup: string }, CommandError>> {
  const { file, line } = shown;
  if (!lines.has(shown)) {
    return fail({ code: 'notNow', message: 'Start the tunnel again first, and compare the keys once more.' });
  }
  const removed = await removeKnownHostsLine(shown);
  if (removed.ok) return succeed({ backup: removed.value });
  switch (removed.error.kind) {
    case 'otherLine':
      return fail({
        code: 'notNow',
        message: `Line ${line} of ${file} is not the one that was shown any more. Nothing was removed. Start the tunnel again.`,
      });
    case 'unwritable':
      return fail({
        code: 'storage',
        message: `${file} could not be changed: ${describeSystemCause(removed.error.cause)}.`,
      });
  }
}
