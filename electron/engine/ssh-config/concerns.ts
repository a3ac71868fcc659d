import type { ConfigConcern } from '#shared/config-host.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { AnsweredHost } from './answered-host.ts';
import type { ForwardSpec } from './forward-spec.ts';
import type { LeftForward } from './forwards-taken.ts';
import type { HostAnswer } from './host-answer.ts';
import type { ConfigPlace } from './host-settings.ts';
import { loginConcerns } from './login-concerns.ts';
import { optionConcerns } from './option-concerns.ts';
import type { ResolvedHost } from './resolve-host.ts';
import type { ConfiguredJump } from './way-of-host.ts';

/** What the configuration says of a Host and a profile does not do, in the order of the files; `left` are its forwards of which that is so. */
export function concernsOf(
  { resolved, answer }: AnsweredHost,
  left: readonly LeftForward[],
): ConfigConcern[] {
  const ofForwards = left.flatMap(({ index, text }): ConfigConcern[] => {
    const spec = answer.forwards[index];
    const place = resolved.forwardPlaces[index];
    return spec && place
      ? [{ ...place, subject: forwardOption(spec), text: makeServerLineSafe(text, 1000) }]
      : [];
  });
  return inOrder([...wayConcerns(resolved, answer), ...ofForwards]);
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
  const isSaid = (option: string): boolean => places.has(option.toLowerCase());
  for (const [option, text] of [...optionConcerns(answer, isSaid), ...loginConcerns(answer, isSaid)]) {
    concerns.push({ ...placeOf(places, option), subject: option, text: makeServerLineSafe(text, 1000) });
  }
  return concerns;
}

function placeOf(places: ResolvedHost['places'], option: string): ConfigPlace {
  return places.get(option.toLowerCase()) ?? { file: '', line: 0, isSystems: false };
}

function inOrder(concerns: readonly ConfigConcern[]): ConfigConcern[] {
  return [...concerns].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

function forwardOption({ kind }: ForwardSpec): string {
  return { local: 'LocalForward', remote: 'RemoteForward', dynamic: 'DynamicForward' }[kind];
}
