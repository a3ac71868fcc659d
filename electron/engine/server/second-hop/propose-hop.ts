import { assertNever } from '#shared/assert-never.ts';
import type { CommandError } from '#shared/contract/command.ts';
import type { Endpoint } from '#shared/endpoint.ts';
import type { Profile } from '#shared/profile.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import { HOP_TOOLS, type HopProposal, type HopTool } from '#shared/second-hop.ts';
import { makeServerLineSafe } from '../../ssh/server-text.ts';
import { askShell, type ShellFailure } from '../ask-shell.ts';
import type { HopPlace } from './hop-place.ts';
import { hopCommandLine, hopScript } from './hop-script.ts';

/** The article's own step from 42000 to 43000. */
const PORT_STEP = 1000;

/** Below this, only root may listen, where the system says nothing else. */
const UNPRIVILEGED_FROM = 1024;

/** What a proposal is made for. */
export interface HopWish extends Pick<HopPlace, 'source' | 'agreedFor'> {
  /** What it is to lead to. */
  readonly target: Endpoint;
  readonly server: Profile['server'];
  /** Where it is wished to listen; null leaves the choice to us. */
  readonly port: number | null;
  /** Ports that somebody listens on there, as far as that is known. */
  readonly takenPorts: ReadonlySet<number>;
  /** Whether those are all. */
  readonly knowsAllPorts: boolean;
  /** The account's number there, as far as that is known. */
  readonly uid: number | null;
}

/**
 * Finds out what a second hop would be on this server: under which account, by which of the programs that are there,
 * at which port. Starts nothing but the question itself.
 */
export async function proposeHop(wish: HopWish): Promise<Result<HopProposal, CommandError>> {
  const { source, server, target, takenPorts } = wish;
  const answered = await askShell(source, QUESTION);
  if (!answered.ok) return fail({ code: 'unavailable', message: whyNot(answered.error, server.host) });
  const lines = answered.value.split('\n');
  const order = { port: wish.port ?? proposePort(target.port, takenPorts), target };
  return succeed({
    account: makeServerLineSafe(wordAfter('account', lines) ?? '') || server.user,
    host: server.host,
    agreedFor: wish.agreedFor,
    port: order.port,
    portRemark: remarkOn(order.port, wish, lines),
    target,
    plans: HOP_TOOLS.filter((tool) => lines.includes(`has ${tool}`)).map((tool) => ({
      tool,
      commandLine: hopCommandLine(tool, order),
      script: hopScript(tool, order),
    })),
  });
}

/** `create_server` came with Python 3.8; without `setsid` socat's children could not be ended with it. */
const CHECKS: Readonly<Record<HopTool, string>> = {
  socat: 'command -v socat && command -v setsid',
  python3: "briefly python3 -c 'import sys; sys.exit(sys.version_info < (3, 8))'",
};

/** How long one program of the question may take, in seconds: one that hangs must not spoil the answers of the others. */
const BRIEFLY_SECONDS = 3;

/** The lowest port that every user may listen on, where the system says it (ip(7), ip_unprivileged_port_start). */
const FREE_FROM_FILE = '/proc/sys/net/ipv4/ip_unprivileged_port_start';

const QUESTION = [
  'briefly() {',
  '  "$@" &',
  '  asked=$!',
  `  (sleep ${BRIEFLY_SECONDS} && kill -KILL "$asked") >/dev/null 2>&1 &`,
  '  limit=$!',
  '  wait "$asked"',
  '  result=$?',
  '  kill "$limit"',
  '  return "$result"',
  '}',
  'main() {',
  `  read -r from <${FREE_FROM_FILE} && echo "freeFrom $from"`,
  // Not within `$(…)`, which waits for all that has its output, also for what a program that was ended has started.
  "  printf 'account '; briefly id -un; echo",
  ...HOP_TOOLS.map((tool) => `  { ${CHECKS[tool]}; } >/dev/null && echo 'has ${tool}'`),
  '} 2>/dev/null',
].join('\n');

function wordAfter(name: string, lines: readonly string[]): string | undefined {
  return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}

/** What is known of a port before anything listens on it. */
function remarkOn(
  port: number,
  { takenPorts, knowsAllPorts, uid }: HopWish,
  lines: readonly string[],
): HopProposal['portRemark'] {
  if (takenPorts.has(port)) return 'taken';
  const freeFrom = /^\d{1,5}$/.exec(wordAfter('freeFrom', lines) ?? '')?.[0] ?? UNPRIVILEGED_FROM;
  if (uid !== 0 && port < Number(freeFrom)) {
    return uid === null ? 'unknown' : 'privileged';
  }
  return knowsAllPorts ? 'free' : 'unknown';
}

function proposePort(entrance: number, taken: ReadonlySet<number>): number {
  const first =
    entrance + PORT_STEP <= 65_535 ? Math.max(UNPRIVILEGED_FROM, entrance + PORT_STEP) : UNPRIVILEGED_FROM;
  for (let port = first; port <= 65_535; port += 1) if (!taken.has(port)) return port;
  return first;
}

function whyNot(failure: ShellFailure, host: string): string {
  switch (failure.reason) {
    case 'sessionLost':
      return 'The connection was lost meanwhile. Try again once the tunnel is open.';
    case 'timedOut':
    case 'silent':
      return `${host} did not answer in time. Try again.`;
    case 'busy':
      return `${host} allows no further command while the others run. Try again in a moment.`;
    case 'tooMuch':
      return `${host} answered with more than Culvert takes in, so it cannot be told what a second hop would be there.`;
    case 'refused':
    case 'otherAnswer':
      return `${host} runs no commands for you, so there can be no second hop. Ask its administrator for “GatewayPorts clientspecified” instead.`;
    default:
      return assertNever(failure);
  }
}
