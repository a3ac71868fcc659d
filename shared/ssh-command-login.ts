import type { KeyUse, Login } from './login.ts';

/** Stands in the command for a file that holds the public half of the agent key that was chosen: ssh takes no key by its text. */
export const PUBLIC_KEY_FILE = 'PUBLIC_KEY_FILE';

/** The options of ssh(1) and ssh_config(5) that log in as a profile does, each together with its value, unquoted. */
export function loginParts(login: Login): readonly (readonly string[])[] {
  switch (login.method) {
    case 'keyFile':
      return [
        ...[login.keyFile, ...(login.moreKeyFiles ?? [])].map(keyFilePart),
        ...identitiesOnlyParts(login.agentKeys !== 'all'),
        ...keyUseParts(login),
      ];
    case 'agent':
      return agentParts(login);
    case 'password':
      return [['-o', 'PreferredAuthentications=password,keyboard-interactive']];
    case 'ask':
      return [['-o', 'PreferredAuthentications=keyboard-interactive']];
    case 'automatic':
      return [...identitiesOnlyParts(login.agentKeys === 'listed'), ...keyUseParts(login)];
  }
}

function keyUseParts({ socket = '', certificateFiles, afterKeys }: KeyUse): readonly (readonly string[])[] {
  // That none are wanted, not even those beside the keys, is said by a name that is none.
  const certificates = certificateFiles?.length === 0 ? ['none'] : (certificateFiles ?? []);
  return [
    ...socketParts(socket),
    ...certificates.map((file) => ['-o', `CertificateFile=${configValue(file)}`]),
    ...(afterKeys === 'fail' ? [['-o', 'PreferredAuthentications=publickey']] : []),
  ];
}

function agentParts({
  socket = '',
  key,
}: Extract<Login, { method: 'agent' }>): readonly (readonly string[])[] {
  return [
    ['-o', 'PreferredAuthentications=publickey'],
    ...socketParts(socket),
    ...(key === undefined ? [] : [['-i', PUBLIC_KEY_FILE], ...identitiesOnlyParts(true)]),
  ];
}

function socketParts(socket: string): readonly (readonly string[])[] {
  return socket === '' ? [] : [['-o', `IdentityAgent=${configValue(socket)}`]];
}

function identitiesOnlyParts(isOnly: boolean): readonly (readonly string[])[] {
  return isOnly ? [['-o', 'IdentitiesOnly=yes']] : [];
}

/** A value of ssh_config(5) in which `%` starts no token, in quotes where it has to be. */
function configValue(text: string): string {
  const escaped = text.replaceAll('%', '%%').replace(/[\\"]/g, '\\$&');
  return /[\s"'#\\]/.test(text) ? `"${escaped}"` : escaped;
}

/** `%` starts a token (ssh_config(5), TOKENS), but -i also looks for the file under the name as it stands. */
function keyFilePart(file: string): readonly string[] {
  if (!file.includes('%')) return ['-i', file];
  const escaped = file.replaceAll('%', '%%').replace(/[\\"]/g, '\\$&');
  return ['-o', `IdentityFile="${escaped}"`];
}
