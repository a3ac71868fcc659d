import { formatHost } from './endpoint.ts';
import type { Forward, Profile } from './profile.ts';

/**
 * The `ssh` command that does what a profile does (ssh(1)), for people who know it and for a terminal
 * without Culvert. Forwards that are switched off are left out. Quoted for a POSIX shell.
 */
export function sshCommand(
  profile: Pick<Profile, 'server' | 'login' | 'forwards' | 'legacyAlgorithms'>,
): string {
  const { server, login, forwards, legacyAlgorithms } = profile;
  const words = ['ssh', '-N'];
  if (server.port !== 22) words.push('-p', String(server.port));
  switch (login.method) {
    case 'keyFile':
      words.push(...keyFileWords(login.keyFile), '-o', 'IdentitiesOnly=yes');
      break;
    case 'agent':
      words.push('-o', 'PreferredAuthentications=publickey');
      break;
    case 'password':
      words.push('-o', 'PreferredAuthentications=password,keyboard-interactive');
      break;
    case 'ask':
      words.push('-o', 'PreferredAuthentications=keyboard-interactive');
      break;
    case 'automatic':
      break;
  }
  if (legacyAlgorithms)
    words.push('-o', 'HostKeyAlgorithms=+ssh-rsa', '-o', 'PubkeyAcceptedAlgorithms=+ssh-rsa');
  for (const forward of forwards) if (forward.enabled) words.push(...forwardWords(forward));
  words.push(...destinationWords(server));
  return words.map(quoteForShell).join(' ');
}

/** `%` starts a token (ssh_config(5), TOKENS), but -i also looks for the file under the name as it stands. */
function keyFileWords(file: string): readonly string[] {
  if (!file.includes('%')) return ['-i', file];
  const escaped = file.replaceAll('%', '%%').replace(/[\\"]/g, '\\$&');
  return ['-o', `IdentityFile="${escaped}"`];
}

/** A user name that ssh could take for an option or the start of an address (`ssh://`) is named apart. */
function destinationWords({ user, host }: Profile['server']): readonly string[] {
  return /^[\p{L}\p{N}_.][^:/]*$/u.test(user) ? [`${user}@${host}`] : ['-l', user, host];
}

function forwardWords(forward: Forward): readonly string[] {
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

/** Leaves plain words as they are and puts all else in single quotes. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
