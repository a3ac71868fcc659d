import { fail, type Result, succeed } from '#shared/result.ts';

/**
 * Puts values in place of the tokens of a command that a shell will run (ssh_config(5), TOKENS); `%%` is a percent sign, and `meaningOf`
 * is undefined for a token that has no meaning there. `${NAME}` is left to the shell (readconf.c, match_cfg_line; sshconnect.c,
 * expand_proxy_command): put in here, the value would be taken for more of the command. A failure is a sentence: a token has no
 * meaning, or stands for a name that the shell could take for a command or an option of one.
 */
export function expandCommand(
  command: string,
  meaningOf: (token: string) => string | undefined,
): Result<string, string> {
  let failure: string | null = null;
  const expanded = command.replace(/%(.?)/gsu, (_all, token: string) => {
    if (token === '%') return '%';
    const value = meaningOf(token);
    if (value === undefined) failure ??= `It has the unknown token %${token}.`;
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

/**
 * Claims that a shell reads this as one word that is nothing else, an option neither. ssh refuses less in hosts and users (ssh.c,
 * valid_hostname and valid_ruser), and had to add to its list more than once (CVE-2023-51385).
 */
function isPlainWord(text: string): boolean {
  return /^(?!-)[\p{L}\p{N}._@:+%-]+$/u.test(text);
}
