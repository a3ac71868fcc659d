import type { ConnectionSettings } from './connection-settings.ts';
import { formatHost } from './endpoint.ts';
import type { HostKeySettings } from './host-key-settings.ts';
import type { Login } from './login.ts';
import type { Forward } from './profile.ts';
import { quoteForShell } from './quote-for-shell.ts';
import { hostKeyParts } from './ssh-command-host-keys.ts';
import { loginParts } from './ssh-command-login.ts';
import { takesUser } from './ssh-command-user.ts';
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
  readonly connection?: ConnectionSettings | undefined;
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
  const { server, forwards, forwardsAgent = false } = subject;
  const parts: (readonly string[])[] = [['ssh'], ['-N']];
  if (server.port !== 22) parts.push(['-p', String(server.port)]);
  if (forwardsAgent) parts.push(['-A']);
  parts.push(...hopParts(subject));
  parts.push(...(wayParts(subject.way ?? {}, hopParts) ?? []));
  for (const forward of forwards) if (forward.enabled) parts.push(forwardPart(forward));
  parts.push(...destinationParts(server));
  return parts.map((words) => words.map(quoteForShell));
}

/** The first user name on the way that no command can say, since ssh refuses it there; null where there is none. */
export function unsayableUser({ server, way = {} }: CommandSubject): string | null {
  const users = [...(way.jumpHosts ?? []).map((hop) => hop.server.user), server.user];
  return users.find((user) => !takesUser(user)) ?? null;
}

/** Claims that one command can say the way: many jump hosts with logins of their own are too much for it. */
export function canSayWay({ way = {} }: CommandSubject): boolean {
  return wayParts(way, hopParts) !== null;
}

function hopParts(hop: HopLogin): readonly (readonly string[])[] {
  const { login, legacyAlgorithms, hostKeys = {}, connection = {} } = hop;
  return [
    ...loginParts(login),
    ...(legacyAlgorithms ? LEGACY_PARTS : []),
    ...hostKeyParts(hostKeys),
    ...connectionParts(connection),
  ];
}

function connectionParts(connection: ConnectionSettings): readonly (readonly string[])[] {
  const { connectTimeout, aliveInterval, aliveCountMax, bindAddress, addressFamily } = connection;
  const option = (name: string, value: number | undefined) =>
    value === undefined ? [] : [['-o', `${name}=${value}`]];
  return [
    ...option('ConnectTimeout', connectTimeout),
    ...option('ServerAliveInterval', aliveInterval),
    ...option('ServerAliveCountMax', aliveCountMax),
    ...(bindAddress === undefined ? [] : [['-b', bindAddress]]),
    ...(addressFamily === undefined ? [] : [[addressFamily === 'inet' ? '-4' : '-6']]),
  ];
}

const LEGACY_PARTS = [
  ['-o', 'HostKeyAlgorithms=+ssh-rsa'],
  ['-o', 'PubkeyAcceptedAlgorithms=+ssh-rsa'],
] as const;

type HopLogin = Pick<CommandSubject, 'login' | 'legacyAlgorithms' | 'hostKeys' | 'connection'>;

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
