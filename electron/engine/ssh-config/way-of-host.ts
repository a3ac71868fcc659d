import type { CommandError } from '#shared/contract/command.ts';
import { MAX_JUMP_HOSTS } from '#shared/jump-host.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { type AnsweredHost, answerHost } from './answered-host.ts';
import type { ConfigFrame } from './config-frame.ts';
import { formatJumpHosts, type JumpHost, parseJumpHosts } from './jump-hosts.ts';
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
 * Follows `ProxyJump` to the computer that is dialled from here. ssh starts a second ssh for the last hop of a list, with `-J` for
 * those before it, and that one a third: so the first of a list is reached as its own configuration says, and for the others
 * their own `ProxyJump` and `ProxyCommand` have no say (ssh.c, main). Fails with `invalid` where a hop's configuration is
 * refused, or leads in a circle.
 */
export function wayOfHost(
  { answer }: AnsweredHost,
  ran: MatchResults,
  frame: ConfigFrame,
): Result<ConfiguredWay, CommandError> {
  const jumps: ConfiguredJump[] = [];
  let reached = answer;
  for (let hops = reached.jumpHosts; ; hops = reached.jumpHosts) {
    const hop = hops.at(-1);
    if (hop === undefined) return succeed({ jumps, proxyCommand: reached.proxyCommand });
    if (jumps.length === MAX_JUMP_HOSTS) {
      return refuse(`ProxyJump leads through more than ${MAX_JUMP_HOSTS} hosts, or in a circle.`);
    }
    const before = argumentOfJumps(hops.slice(0, -1));
    if (before === null) return refuse(`ssh refuses the way by ${formatJumpHosts(hops)}.`);
    const { host, user, port } = hop;
    const answered = answerHost(
      { host, user: user ?? undefined, port: port ?? undefined, jumps: before, ran },
      frame,
    );
    if (!answered.ok) return answered;
    jumps.unshift({ ...answered.value, name: host });
    reached = answered.value.answer;
  }
}

/** What the next ssh reads behind `-J`, where there is one: a host called `none` alone there is no jump. Null where it refuses that. */
function argumentOfJumps(hops: readonly JumpHost[]): readonly JumpHost[] | 'none' | undefined | null {
  return hops.length === 0 ? undefined : parseJumpHosts(formatJumpHosts(hops));
}

/** Names in a sentence are the file's. */
function refuse(sentence: string): Result<never, CommandError> {
  return fail({ code: 'invalid', message: makeServerLineSafe(sentence, 1000) });
}
