import type { CommandError } from '#shared/contract/command.ts';
import { quoteForShell } from '#shared/quote-for-shell.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { ChannelSource } from '../forward/channel-source.ts';
import { makeServerLineSafe } from '../ssh/server-text.ts';
import { askShell, type ShellFailure } from './ask-shell.ts';

/**
 * Adds a line to `~/.ssh/authorized_keys` on the server, unless that key stands there already, with whatever options and comment
 * (sshd(8), AUTHORIZED_KEYS FILE FORMAT). Nothing else there is changed, no mode either; what has to be made is for the account
 * alone. The line goes by the standard input, never by a command line that others on the server could read.
 */
export async function installPublicKey(
  source: ChannelSource | null,
  line: string,
): Promise<Result<{ readonly outcome: 'added' | 'present' }, CommandError>> {
  if (source === null) {
    return fail({ code: 'notNow', message: 'The tunnel must be open: the key goes over its session.' });
  }
  const answered = await askShell(source, installScript(line));
  if (!answered.ok) return refuse(shellWords(answered.error));
  const [outcome = '', ...said] = answered.value.trim().split(' ');
  if (outcome === 'added' || outcome === 'present') return succeed({ outcome });
  return refuse(makeServerLineSafe(said.join(' ')) || 'it did not say why');
}

/**
 * For every POSIX sh, BusyBox's too. It prints `added`, `present`, or `failed` and the reason. The key is looked for word by word,
 * since options may stand in front; a line that is only a comment does not count. It is looked for again afterwards: a full disk
 * can cut a line.
 */
function installScript(line: string): string {
  const [type = '', blob = ''] = line.split(' ');
  return `has_key() {
  while read -r entry || [ -n "$entry" ]; do
    case $entry in '#'*) continue ;; esac
    before=
    for word in $entry; do
      [ "$before $word" = "$key" ] && return 0
      before=$word
    done
  done <"$file"
  return 1
}
main() {
  LC_ALL=C
  export LC_ALL
  set -f
  umask 077
  line=${quoteForShell(line)}
  key=${quoteForShell(`${type} ${blob}`)}
  folder=\${HOME:-}/.ssh
  file=$folder/authorized_keys
  if [ -z "\${HOME:-}" ]; then echo 'failed the account has no home folder'; return; fi
  if [ ! -d "$folder" ]; then
    said=$(mkdir "$folder" 2>&1) || { echo failed $said; return; }
  fi
  if [ -e "$file" ]; then
    if [ ! -f "$file" ] || [ ! -r "$file" ]; then echo "failed $file cannot be read"; return; fi
    if has_key; then echo present; return; fi
  fi
  break=
  if [ -s "$file" ] && [ -n "$(tail -c 1 "$file")" ]; then break='
'; fi
  said=$( { printf '%s%s\\n' "$break" "$line" >>"$file"; } 2>&1 ) || { echo failed $said; return; }
  if has_key; then echo added; else echo "failed the line did not arrive whole"; fi
}`;
}

function refuse(why: string): Result<never, CommandError> {
  return fail({ code: 'unavailable', message: `The server did not add the key: ${why.replace(/\.$/, '')}.` });
}

function shellWords(failure: ShellFailure): string {
  switch (failure.reason) {
    case 'refused':
      return 'it runs no commands for this account';
    case 'busy':
      return 'it runs no more commands at this time';
    case 'sessionLost':
      return 'the session was lost. Look whether it is there before you try again';
    case 'timedOut':
    case 'silent':
      return 'it did not answer in time. Look whether it is there before you try again';
    case 'tooMuch':
      return 'it said too much';
    case 'otherAnswer':
      return `it runs something else in place of commands (${makeServerLineSafe(failure.said)})`;
  }
}
