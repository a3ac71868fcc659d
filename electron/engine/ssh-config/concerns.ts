import { isIP } from 'node:net';
import type { ConfigConcern } from '#shared/config-host.ts';
import { isHost } from '#shared/endpoint.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { AnsweredHost } from './answered-host.ts';
import type { HostAnswer } from './host-answer.ts';
import type { ConfigPlace } from './host-settings.ts';
import { loginConcerns } from './login-concerns.ts';
import type { ResolvedHost } from './resolve-host.ts';
import type { ConfiguredJump } from './way-of-host.ts';

/**
 * What the configuration says of a Host and a profile does not do, in the order of the files. `takenOver` counts the forwards that
 * a profile can have.
 */
export function concernsOf({ resolved, answer }: AnsweredHost, takenOver: number): ConfigConcern[] {
  const { settings, places } = resolved;
  const concerns = wayConcerns(resolved, answer);
  const left = settings.forwards.length - takenOver;
  if (left > 0 && !settings.clearAllForwardings) {
    const which = left === 1 ? 'One forward is' : `${left} forwards are`;
    const option = forwardOption(places);
    const text = `${which} left out: a profile has no sockets of the file system, and no SOCKS on the server.`;
    concerns.push({ ...placeOf(places, option), subject: option, text });
  }
  return inOrder(concerns);
}

/** The same of a jump host on the way, whose forwards and whose own session nobody asked for. */
export function jumpConcernsOf({ name, resolved, answer }: ConfiguredJump): ConfigConcern[] {
  return inOrder(wayConcerns(resolved, answer))
    .filter(({ isSystems, subject }) => !isSystems && !NOT_OF_JUMPS.includes(subject))
    .map((concern) => ({
      ...concern,
      text: makeServerLineSafe(`For the jump host ${name}: ${concern.text}`, 1000),
    }));
}

/** A jump host opens one channel, forwards nothing, and is lent no agent (ssh(1), -J). */
const NOT_OF_JUMPS: readonly string[] = ['ExitOnForwardFailure', 'ForwardAgent'];

function wayConcerns({ problems, places }: ResolvedHost, answer: HostAnswer): ConfigConcern[] {
  const concerns: ConfigConcern[] = problems.map(({ kind, file, line, isSystems, subject, text }) => ({
    file,
    line,
    isSystems,
    subject: makeServerLineSafe(subject, 500),
    text: makeServerLineSafe(text, 1000),
    // Nobody can allow what is not shown to the last letter.
    ...(kind === 'commandNotRun' && makeServerLineSafe(subject, 500) === subject && { command: subject }),
  }));
  for (const [option, text] of Object.entries(notTakenOver)) {
    if (places.has(option.toLowerCase()) && !isAsProfilesAre(option, answer)) {
      concerns.push({ ...placeOf(places, option), subject: option, text });
    }
  }
  for (const [option, text] of loginConcerns(answer, (name) => places.has(name.toLowerCase()))) {
    concerns.push({ ...placeOf(places, option), subject: option, text });
  }
  return concerns;
}

function placeOf(places: ResolvedHost['places'], option: string): ConfigPlace {
  return places.get(option.toLowerCase()) ?? { file: '', line: 0, isSystems: false };
}

function inOrder(concerns: readonly ConfigConcern[]): ConfigConcern[] {
  return [...concerns].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/** Options that the resolver understands and a profile has no place for, or does otherwise. */
const notTakenOver = {
  StrictHostKeyChecking:
    'A profile asks about an unknown key, and refuses a changed one, whatever this says.',
  ServerAliveInterval: 'A profile always watches its server, or its light would be green over a dead one.',
  ServerAliveCountMax: 'A profile bears at least one sign of life that is missed.',
  HostKeyAlias: 'This is no name that a profile could look a key up by.',
  BindAddress: 'A profile takes an address of this computer here, and no name.',
  ExitOnForwardFailure: 'A profile stays open without a forward that was refused, and says so.',
} as const;

/** What the configuration asks for is what a profile does. */
function isAsProfilesAre(option: string, answer: HostAnswer): boolean {
  switch (option) {
    case 'StrictHostKeyChecking':
      return answer.strictHostKeyChecking !== 'no';
    case 'ServerAliveInterval':
      return answer.serverAliveInterval > 0;
    case 'ServerAliveCountMax':
      return answer.serverAliveCountMax > 0 || answer.serverAliveInterval === 0;
    case 'HostKeyAlias':
      return answer.hostKeyAlias === null || isHost(answer.hostKeyAlias);
    case 'BindAddress':
      return answer.bindAddress === null || isIP(answer.bindAddress) !== 0;
    case 'ExitOnForwardFailure':
      return !answer.exitOnForwardFailure;
    default:
      return false;
  }
}

function forwardOption(places: ReadonlyMap<string, ConfigPlace>): string {
  const options = ['LocalForward', 'RemoteForward', 'DynamicForward'] as const;
  return options.find((option) => places.has(option.toLowerCase())) ?? 'LocalForward';
}
