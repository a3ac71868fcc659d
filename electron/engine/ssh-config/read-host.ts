import {
  type ConfigConcern,
  type ConfigHost,
  type ConfigWay,
  configWaySchema,
  MAX_CONFIG_CONCERNS,
  MAX_CONFIG_FILES,
} from '#shared/config-host.ts';
import type { CommandError } from '#shared/contract/command.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { type AnsweredHost, answerHost } from './answered-host.ts';
import { concernsOf, jumpConcernsOf } from './concerns.ts';
import type { ConfigFrame } from './config-frame.ts';
import { shownPath } from './expand-tokens.ts';
import { takeForwards } from './forwards-taken.ts';
import { hopOfHost } from './hop-of-host.ts';
import { runMatchCommands } from './run-match-commands.ts';
import { watchedPaths } from './watched-paths.ts';
import { wayComplaint } from './way-complaint.ts';
import { type ConfiguredWay, wayOfHost } from './way-of-host.ts';

/**
 * What a profile can take over from the configuration for one Host, and what it cannot. Fails with `invalid` where ssh would
 * refuse the files, or where no profile can say what they ask for. Runs the commands of `Match exec` that are allowed; any
 * other counts as failed, and is among the concerns.
 */
export async function readConfigHost(
  host: string,
  allowedCommands: readonly string[],
  frame: ConfigFrame,
): Promise<Result<ConfigHost, CommandError>> {
  const ran = await runMatchCommands(host, allowedCommands, frame);
  const answered = answerHost({ host, ran }, frame);
  if (!answered.ok) return answered;
  const configured = wayOfHost(answered.value, ran, frame);
  if (!configured.ok) return configured;
  const way = configWaySchema.safeParse(profileWay(answered.value, configured.value));
  if (!way.success) {
    const [issue] = way.error.issues;
    return fail({
      code: 'invalid',
      message: issue ? wayComplaint(issue, answered.value, configured.value.jumps, frame.home) : '',
    });
  }
  const { resolved, answer } = answered.value;
  const { forwards, left } = takeForwards(answer);
  const own = concernsOf(answered.value, left);
  const ofJumps = configured.value.jumps.flatMap(jumpConcernsOf);
  const concerns = [...own, ...ofJumps.filter((concern) => !own.some((each) => isSamePlace(each, concern)))];
  const watched = [resolved, ...configured.value.jumps.map((jump) => jump.resolved)]
    .flatMap((each) => each.files)
    .flatMap((path) => watchedPaths(path, frame.files));
  const files = [...new Set(watched)];
  if (files.length > MAX_CONFIG_FILES) concerns.unshift(aboutWatched(frame));
  return succeed({
    host,
    isNamed: resolved.isNamed,
    way: way.data,
    forwards: [...forwards],
    concerns: firstConcerns(concerns, frame).map((concern) => ({
      ...concern,
      file: shownPath(concern.file, frame.home),
    })),
    files: files.slice(0, MAX_CONFIG_FILES),
  });
}

/** Says of the last how many there are beside. */
function firstConcerns(
  concerns: readonly ConfigConcern[],
  { userFile }: ConfigFrame,
): readonly ConfigConcern[] {
  if (concerns.length <= MAX_CONFIG_CONCERNS) return concerns;
  const kept = concerns.slice(0, MAX_CONFIG_CONCERNS - 1);
  const text = `${concerns.length - kept.length} more lines ask for what a profile does not do.`;
  return [...kept, { file: userFile, line: 0, isSystems: false, subject: 'More', text }];
}

function aboutWatched({ userFile }: ConfigFrame): ConfigConcern {
  const text = `Only the first ${MAX_CONFIG_FILES} files and folders are watched for changes.`;
  return { file: userFile, line: 0, isSystems: false, subject: 'Include', text };
}

/** A profile can lend the agent that it logs in with, which for ssh is the usual one then. */
function lendsAgent({ forwardedAgent, identityAgent }: AnsweredHost['answer']): boolean {
  return forwardedAgent === 'SSH_AUTH_SOCK' || (forwardedAgent !== null && forwardedAgent === identityAgent);
}

/** One line can be about several servers of a way; it is said once. */
function isSamePlace(a: ConfigConcern, b: ConfigConcern): boolean {
  return a.file === b.file && a.line === b.line && a.subject === b.subject;
}

function profileWay(host: AnsweredHost, { jumps, proxyCommand }: ConfiguredWay): ConfigWay {
  const jumpHosts = jumps.map((jump) => ({
    ...hopOfHost(jump.resolved, jump.answer),
    legacyAlgorithms: false,
  }));
  return {
    ...hopOfHost(host.resolved, host.answer),
    ...(lendsAgent(host.answer) && { forwardsAgent: true }),
    ...(jumpHosts.length > 0 && { jumpHosts }),
    // Its tokens are put in already, and a profile would put them in once more.
    ...(proxyCommand !== null && {
      proxy: { kind: 'command', command: proxyCommand.replaceAll('%', '%%') },
    }),
  };
}
