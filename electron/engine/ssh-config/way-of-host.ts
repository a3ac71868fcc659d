import type { CommandError } from '#shared/contract/command.ts';
import { MAX_JUMP_HOSTS } from '#shared/jump-host.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { type AnsweredHost, answerHost } from './answered-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import type { JumpHost } from './jump-hosts.ts';
import type { MatchResults } from './match-results.ts';

/** One jump host as it is named, and what its own configuration says. */
export interface ConfiguredJump extends AnsweredHost {
  readonly name: string;
}

/** How the configuration gets to a host. */
export interface ConfiguredWay {
  /** In the order of travel. */
  readonly jumps: readonly ConfiguredJump[];
  /** The program that the way begins with, its tokens put in; null where there is none. */
  readonly proxyCommand: string | null;
}

/**
 * Follows `ProxyJump` to the computer that is dialled from here. ssh starts a second ssh for each hop, with `-J` for those
 * before it: so the first of a list is reached as its own configuration says, and the others by way of the one before,
 * whatever theirs says (ssh.c, main). Fails with `invalid` where a hop's configuration is refused, or leads in a circle.
 */
export function wayOfHost(
  { answer }: AnsweredHost,
  ran: MatchResults,
  frame: ConfigFrame,
): Result<ConfiguredWay, CommandError> {
  const jumps: ConfiguredJump[] = [];
  let first = answer;
  while (first.jumpHosts.length > 0) {
    const before: ConfiguredJump[] = [];
    for (const hop of first.jumpHosts) {
      const answered = answerHop(hop, ran, frame);
      if (!answered.ok) return answered;
      before.push({ ...answered.value, name: hop.host });
    }
    jumps.unshift(...before);
    if (jumps.length > MAX_JUMP_HOSTS) {
      return fail({
        code: 'invalid',
        message: `ProxyJump leads through more than ${MAX_JUMP_HOSTS} hosts, or in a circle.`,
      });
    }
    // There is one: the list is not empty.
    first = (before[0] as ConfiguredJump).answer;
  }
  return succeed({ jumps, proxyCommand: first.proxyCommand });
}

function answerHop(
  { host, user, port }: JumpHost,
  ran: MatchResults,
  frame: ConfigFrame,
): Result<AnsweredHost, CommandError> {
  return answerHost({ host, user: user ?? undefined, port: port ?? undefined, ran }, frame);
}
