import { isIP } from 'node:net';
import { LONGEST_SECONDS, MOST_ALIVE_COUNT } from '#shared/connection-settings.ts';
import { isHost } from '#shared/endpoint.ts';
import { isWholePath } from '../ssh/known-hosts-paths.ts';
import type { HostAnswer } from './host-answer.ts';

/** An option that a profile does otherwise, and a sentence. */
export type OptionConcern = readonly [option: string, text: string];

/**
 * Names the options of a host that the resolver understands, and that a profile has no place for, does otherwise, or takes at its own
 * bound. `isSaid` claims that a line says an option.
 */
export function optionConcerns(
  answer: HostAnswer,
  isSaid: (option: string) => boolean,
): readonly OptionConcern[] {
  return Object.entries(judges).flatMap(([option, judge]): OptionConcern[] => {
    const text = isSaid(option) ? judge(answer) : null;
    return text === null ? [] : [[option, text]];
  });
}

/** A sentence, or null where what the configuration asks for is what a profile does. */
type Judge = (answer: HostAnswer) => string | null;

const BOUNDED_SECONDS = `A profile counts to ${LONGEST_SECONDS} seconds, some 23 days, and takes this as that.`;

const judges: Readonly<Record<string, Judge>> = {
  StrictHostKeyChecking: ({ strictHostKeyChecking }) =>
    strictHostKeyChecking === 'no'
      ? 'A profile asks about an unknown key, and refuses a changed one, whatever this says.'
      : null,
  ServerAliveInterval: ({ serverAliveInterval }) => {
    if (serverAliveInterval > LONGEST_SECONDS) return BOUNDED_SECONDS;
    return serverAliveInterval === 0
      ? 'A profile always watches its server, or its light would be green over a dead one.'
      : null;
  },
  ServerAliveCountMax: ({ serverAliveCountMax, serverAliveInterval }) => {
    if (serverAliveInterval === 0) return null;
    if (serverAliveCountMax > MOST_ALIVE_COUNT)
      return `A profile bears at most ${MOST_ALIVE_COUNT} missed signs of life, and takes this as that.`;
    return serverAliveCountMax === 0 ? 'A profile bears at least one sign of life that is missed.' : null;
  },
  ConnectTimeout: ({ connectTimeout }) => {
    if (connectTimeout === 0)
      return 'A profile waits as long as it does by itself, and never without an end.';
    return connectTimeout !== null && connectTimeout > LONGEST_SECONDS ? BOUNDED_SECONDS : null;
  },
  HostKeyAlias: ({ hostKeyAlias }) =>
    hostKeyAlias === null || isHost(hostKeyAlias)
      ? null
      : 'This is no name that a profile could look a key up by.',
  BindAddress: ({ bindAddress }) =>
    bindAddress === null || isIP(bindAddress) !== 0
      ? null
      : 'A profile takes an address of this computer here, and no name.',
  ExitOnForwardFailure: ({ exitOnForwardFailure }) =>
    exitOnForwardFailure ? 'A profile stays open without a forward that was refused, and says so.' : null,
  IdentityFile: ({ identityFiles }) => aboutRelativePaths(identityFiles ?? []),
  CertificateFile: ({ certificateFiles }) => aboutRelativePaths(certificateFiles ?? []),
};

/** ssh takes them from the folder that it is started in. */
function aboutRelativePaths(paths: readonly string[]): string | null {
  const path = paths.find((each) => !isWholePath(each));
  return path === undefined
    ? null
    : `“${path}” is looked for in the folder that Culvert is started in, as it begins with neither / nor ~.`;
}
