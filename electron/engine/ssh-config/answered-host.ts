import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { ConfigFrame } from './config-frame.ts';
import { shownPath } from './expand-tokens.ts';
import { answerFor, type HostAnswer, tokenValuesOf } from './host-answer.ts';
import type { JumpHost } from './jump-hosts.ts';
import { isHostArgument, isUserArgument } from './login-arguments.ts';
import type { MatchResults } from './match-results.ts';
import { type ResolvedHost, resolveHost } from './resolve-host.ts';

/** Whom the configuration is asked about, and what is known beside it. */
export interface HostQuestion {
  readonly host: string;
  /** What a `ProxyJump` says of its own hop goes before what the files say. */
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** The hops before it, as `-J` says them: then its own `ProxyJump` and `ProxyCommand` have no say. */
  readonly jumps?: readonly JumpHost[] | 'none' | undefined;
  readonly ran: MatchResults;
}

/** What the files say of a host, and what comes of it. */
export interface AnsweredHost {
  readonly resolved: ResolvedHost;
  readonly answer: HostAnswer;
}

/** Reads the configuration for one host. Fails with `invalid` where ssh would refuse it, or that name, or not all of it can be read. Runs nothing. */
export function answerHost(question: HostQuestion, frame: ConfigFrame): Result<AnsweredHost, CommandError> {
  const { host, user, port, jumps, ran } = question;
  if (!isHostArgument(host)) return refuse(`ssh refuses “${host}” as the name of a host.`);
  if (user !== undefined && !isUserArgument(user))
    return refuse(`ssh refuses “${user}” as a user of ${host}.`);
  const { files, home, localUser, userFile, systemFile } = frame;
  const said = {
    ...(user !== undefined && { user }),
    ...(port !== undefined && { port }),
    ...(jumps !== undefined && { jumps }),
  };
  const resolved = resolveHost(
    {
      host,
      ...said,
      localUser,
      home,
      environment: frame.environment,
      userFile,
      systemFile,
      ran: (command, settings) => ran.of(command, tokenValuesOf(settings, { ...frame, host })),
    },
    files,
  );
  const refusal = resolved.problems.find(({ kind }) => kind === 'refused' || kind === 'notRead');
  if (refusal) {
    const file = shownPath(refusal.file, home);
    const place = refusal.line === 0 ? file : `${file}, line ${refusal.line}`;
    const lead =
      refusal.kind === 'refused'
        ? 'ssh would refuse this configuration.'
        : 'Culvert cannot read all of this configuration.';
    return refuse(`${lead} ${place}: ${refusal.text}`);
  }
  const answered = answerFor(resolved.settings, { ...frame, host });
  if (!answered.ok) return refuse(answered.error);
  return succeed({ resolved, answer: answered.value });
}

/** Names and values in a sentence are the file's. */
function refuse(sentence: string): Result<never, CommandError> {
  return fail({ code: 'invalid', message: makeServerLineSafe(sentence, 1000) });
}
