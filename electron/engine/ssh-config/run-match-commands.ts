import { answerHost } from './answered-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { AllowedResults, type MatchResults } from './match-results.ts';
import { runMatchCommand } from './run-match-command.ts';
import { wayOfHost } from './way-of-host.ts';

/** Each result can bring further lines, with further commands, into play. */
const MOST_ROUNDS = 20;

/**
 * Runs those commands of `Match exec` on the way to a Host that the user allowed, each once. Others are left alone.
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
    results.note(wanted, await runMatchCommand(wanted));
  }
  return results;
}
