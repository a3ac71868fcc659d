import { fail, type Result, succeed } from '#shared/result.ts';
import { isPlainWord } from '../plain-word.ts';
import { type TokenValues, tokenValue } from './expand-tokens.ts';

/** The tokens of a command, as letters (ssh_config(5), TOKENS). */
export const PROXY_COMMAND_TOKENS = 'hknpr';
export const MATCH_EXEC_TOKENS = 'dhijkLlnpru';

/**
 * Puts values in place of the tokens of a command that a shell will run. `${NAME}` is left to that shell (readconf.c,
 * match_cfg_line; sshconnect.c, expand_proxy_command): put in here, the value would be taken for more of the command. A failure is
 * a sentence: a token has no meaning here, or stands for a name that the shell could take for a command or an option of one.
 */
export function expandCommand(command: string, values: TokenValues, tokens: string): Result<string, string> {
  let failure: string | null = null;
  const expanded = command.replace(/%(.?)/gsu, (_all, token: string) => {
    if (token === '%') return '%';
    const value = tokens.includes(token) ? tokenValue(token, values) : undefined;
    if (token === '' || value === undefined) failure ??= `It has the unknown token %${token}.`;
    else if (!isHarmless(token, value))
      failure ??= `%${token} stands for “${value}”, which a shell could take for a command or an option.`;
    return value ?? '';
  });
  return failure === null ? succeed(expanded) : fail(failure);
}

/** What is named elsewhere than here; the home folder and the user of this computer are whose command it is. */
function isHarmless(token: string, value: string): boolean {
  if (token === 'j')
    return value === '' || value.split(/[,[\]]/).every((part) => part === '' || isPlainWord(part));
  return !'hknr'.includes(token) || isPlainWord(value);
}
