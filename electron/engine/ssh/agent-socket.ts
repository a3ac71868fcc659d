import { fail, type Result, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { expandHome } from './key-file.ts';

/** The pipe of Windows' own OpenSSH agent. */
const WINDOWS_AGENT_PIPE = '\\\\.\\pipe\\openssh-ssh-agent';

/** Where the user's SSH agent listens: SSH_AUTH_SOCK (ssh-agent(1)), on Windows else the system's pipe. Null if nowhere. */
export function agentSocket(environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment.SSH_AUTH_SOCK;
  if (named !== undefined && named !== '') return named;
  return process.platform === 'win32' ? WINDOWS_AGENT_PIPE : null;
}

/**
 * Where the agent listens that a profile names (ssh_config(5), IdentityAgent): a path, in which `~` and `${NAME}` are
 * replaced, `$NAME` for a variable that holds it, `SSH_AUTH_SOCK` or nothing for the usual one, or `none`. Fails with `agentUnavailable`.
 */
export function findAgentSocket(
  wanted: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Result<string, TunnelError> {
  if (wanted === undefined || wanted === '' || wanted === 'SSH_AUTH_SOCK') {
    const usual = agentSocket(environment);
    return usual === null ? fail({ code: 'agentUnavailable', socket: null }) : succeed(usual);
  }
  if (wanted.toLowerCase() === 'none') return fail({ code: 'agentUnavailable', socket: null, wanted });
  const named = /^\$(\w+)$/.exec(wanted)?.[1];
  const text = named === undefined ? wanted : `\${${named}}`;
  let isUnset = false;
  const expanded = expandHome(text).replace(/\$\{(\w+)\}/g, (_whole, name: string) => {
    const value = environment[name] ?? '';
    isUnset ||= value === '';
    return value;
  });
  return isUnset ? fail({ code: 'agentUnavailable', socket: null, wanted }) : succeed(expanded);
}
