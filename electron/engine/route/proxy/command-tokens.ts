import { fail, type Result, succeed } from '#shared/result.ts';
import type { Server } from '#shared/server.ts';
import { isPlainWord } from '../../plain-word.ts';

/**
 * Puts `%h`, `%p`, `%r` and `%n` into a ProxyCommand (ssh_config(5), TOKENS); `%%` is a percent sign. A failure names the
 * token that is unknown, or whose value a shell could take for a command.
 */
export function expandCommand(command: string, { host, port, user }: Server): Result<string, string> {
  let failure: string | null = null;
  const expanded = command.replace(/%(.?)/gsu, (_all, token: string) => {
    const value = { '%': '%', h: host, n: host, p: String(port), r: user }[token];
    if (value === undefined) failure ??= `it has the unknown token %${token}`;
    else if (token !== '%' && !isPlainWord(value))
      failure ??= `%${token} has characters that a shell acts on`;
    return value ?? '';
  });
  return failure === null ? succeed(expanded) : fail(failure);
}
