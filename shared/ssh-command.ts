import { formatHost } from './endpoint.ts';
import type { HostKeySettings } from './host-key-settings.ts';
import type { Login } from './login.ts';
import type { Forward } from './profile.ts';
import { quoteForShell } from './quote-for-shell.ts';
import { hostKeyParts } from './ssh-command-host-keys.ts';
import { loginParts } from './ssh-command-login.ts';
import { type CommandWay, wayParts } from './ssh-command-way.ts';

/** What of a profile the command says. */
export interface CommandSubject {
  /** A port that is not known yet stands in the command as the word `PORT`. */
  readonly server: { readonly host: string; readonly port: number | 'PORT'; readonly user: string };
  readonly login: Login;
  /** Those that are switched off are left out. */
  readonly forwards: readonly Forward[];
  readonly legacyAlgorithms: boolean;
  readonly forwardsAgent?: boolean | undefined;
  readonly hostKeys?: HostKeySettings | undefined;
  /** Absent where the server is dialled directly. */
  readonly way?: CommandWay;
}

/**
 * The `ssh` command that does what a profile does (ssh(1)), for people who know it and for a terminal
 * without Culvert. Quoted for a POSIX shell.
 */
export function sshCommand(subject: CommandSubject): string {
  return sshCommandParts(subject).flat().join(' ');
}

/** The same in words that are quoted already, each option together with its value. */
export function sshCommandParts(subject: CommandSubject): readonly (readonly string[])[] {
  const { server, login, forwards, legacyAlgorithms, forwardsAgent = false } = subject;
  const parts: (readonly string[])[] = [['ssh'], ['-N']];
  if (server.port !== 22) parts.push(['-p', String(server.port)]);
  if (forwardsAgent) parts.push(['-A']);
  parts.push(...hopParts({ login, legacyAlgorithms, hostKeys: subject.hostKeys }));
  parts.push(...wayParts(subject.way ?? {}, hopParts));
  for (const forward of forwards) if (forward.enabled) parts.push(forwardPart(forward));
  parts.push(...destinationParts(server));
  return parts.map((words) => words.map(quoteForShell));
}

function hopParts({ login, legacyAlgorithms, hostKeys = {} }: HopLogin): readonly (readonly string[])[] {
  return [...loginParts(login), ...(legacyAlgorithms ? LEGACY_PARTS : []), ...hostKeyParts(hostKeys)];
}

const LEGACY_PARTS = [
  ['-o', 'HostKeyAlgorithms=+ssh-rsa'],
  ['-o', 'PubkeyAcceptedAlgorithms=+ssh-rsa'],
] as const;

type HopLogin = Pick<CommandSubject, 'login' | 'legacyAlgorithms' | 'hostKeys'>;

/** A user name that ssh could take for an option or the start of an address (`ssh://`) is named apart. */
function destinationParts({ user, host }: CommandSubject['server']): readonly (readonly string[])[] {
  return /^[\p{L}\p{N}_.][^:/]*$/u.test(user) ? [[`${user}@${host}`]] : [['-l', user], [host]];
}

function forwardPart(forward: Forward): readonly string[] {
  const { address, port } = forward.bind;
  // Without an address ssh binds loopback, which is also what "localhost" means here.
  const isDefault = address === '' || address.toLowerCase() === 'localhost';
  const entrance = isDefault ? String(port) : `${formatHost(address)}:${port}`;
  switch (forward.kind) {
    case 'local':
      return ['-L', `${entrance}:${formatHost(forward.target.host)}:${forward.target.port}`];
    case 'remote':
      return ['-R', `${entrance}:${formatHost(forward.target.host)}:${forward.target.port}`];
    case 'dynamic':
      return ['-D', entrance];
  }
}
