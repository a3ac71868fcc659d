import type { ConfigConcern } from '#shared/config-host.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import type { HostAnswer } from './host-answer.ts';
import type { ConfigPlace } from './host-settings.ts';
import type { ResolvedHost } from './resolve-host.ts';

/**
 * What the configuration says of a Host and a profile does not do, in the order of the files. `takenOver` counts the forwards that
 * a profile can have.
 */
export function concernsOf(
  { settings, problems, places }: ResolvedHost,
  answer: HostAnswer,
  takenOver: number,
): ConfigConcern[] {
  const concerns: ConfigConcern[] = problems.map(({ file, line, isSystems, subject, text }) => ({
    file,
    line,
    isSystems,
    subject: makeServerLineSafe(subject, 500),
    text: makeServerLineSafe(text, 1000),
  }));
  const add = (option: string, text: string) => {
    const place: ConfigPlace = places.get(option.toLowerCase()) ?? {
      file: '',
      line: 0,
      isSystems: false,
    };
    concerns.push({ ...place, subject: option, text });
  };
  for (const [option, text] of Object.entries(notTakenOver)) {
    if (places.has(option.toLowerCase()) && !isAsProfilesAre(option, answer)) add(option, text);
  }
  if (answer.proxyJump.length > 0) {
    add('ProxyJump', 'A profile goes straight to its server; this Host is reached by way of another one.');
  }
  if (answer.proxyCommand !== null) {
    add('ProxyCommand', 'A profile goes straight to its server; this Host is reached by a command.');
  }
  if ((answer.identityFiles ?? []).length > 1) {
    add('IdentityFile', 'A profile has one key file; here there are several, so “Automatic” stays chosen.');
  }
  const left = settings.forwards.length - takenOver;
  if (left > 0 && !settings.clearAllForwardings) {
    const which = left === 1 ? 'One forward is' : `${left} forwards are`;
    add(
      forwardOption(places),
      `${which} left out: a profile has no sockets of the file system, and no SOCKS on the server.`,
    );
  }
  return concerns.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}

/** Options that the resolver understands and a profile has no place for. */
const notTakenOver = {
  IdentityAgent: 'A profile asks the agent that SSH_AUTH_SOCK names.',
  UserKnownHostsFile: 'A profile keeps host keys in ~/.ssh/known_hosts.',
  GlobalKnownHostsFile: 'A profile reads the system’s usual list of host keys.',
  HostKeyAlias: 'A profile looks a host key up under the server’s own name.',
  StrictHostKeyChecking: 'A profile asks about an unknown key, and refuses a changed one.',
  ServerAliveInterval: 'A profile notices a silent server in its own way.',
  ServerAliveCountMax: 'A profile notices a silent server in its own way.',
  ConnectTimeout: 'A profile waits for a connection as long as Culvert does.',
  BindAddress: 'A profile leaves the way out of this computer to the system.',
  AddressFamily: 'A profile uses IPv4 or IPv6, whichever answers.',
  ForwardAgent: 'A profile lends no agent to the server.',
  IdentitiesOnly: 'Without one key file to name, “Automatic” also tries the keys of the agent.',
  ExitOnForwardFailure: 'A profile stays open without a forward that was refused, and says so.',
} as const;

/** What the configuration asks for is what a profile does anyway. */
function isAsProfilesAre(option: string, answer: HostAnswer): boolean {
  switch (option) {
    case 'IdentityAgent':
      return answer.identityAgent === 'SSH_AUTH_SOCK';
    case 'StrictHostKeyChecking':
      return answer.strictHostKeyChecking === 'ask';
    case 'AddressFamily':
      return answer.addressFamily === 'any';
    case 'ForwardAgent':
      return answer.forwardedAgent === null;
    case 'IdentitiesOnly':
      return !answer.identitiesOnly || answer.identityFiles?.length === 1;
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
