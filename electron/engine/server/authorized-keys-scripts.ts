import { quoteForShell } from '#shared/quote-for-shell.ts';

/*
 * Scripts about `~/.ssh/authorized_keys`, for every POSIX sh, BusyBox's too; see `guarded-script.ts`.
 */

/** Where it is; fails for an account without a home folder. */
const PLACES = `  LC_ALL=C
  export LC_ALL
  set -f
  umask 077
  folder=\${HOME:-}/.ssh
  file=$folder/authorized_keys
  if [ -z "\${HOME:-}" ]; then echo 'failed the account has no home folder'; return; fi`;

/**
 * Changes nothing. Prints `uid N`, for the home folder, its `.ssh` and the file `mode NAME` with what `ls` says of it, every line
 * with these words in it as `line LINE`, and `end`; or `failed` and the reason.
 */
export function lookForKeyScript(words: string): string {
  return `main() {
${PLACES}
  words=${quoteForShell(words)}
  echo "uid $(id -u)"
  [ -e "$HOME" ] && echo "mode ~ $(ls -ldnL "$HOME")"
  [ -e "$folder" ] && echo "mode ~/.ssh $(ls -ldnL "$folder")"
  if [ -e "$file" ]; then
    if [ ! -f "$file" ] || [ ! -r "$file" ]; then echo "failed $file cannot be read"; return; fi
    echo "mode ~/.ssh/authorized_keys $(ls -ldnL "$file")"
    while IFS= read -r entry || [ -n "$entry" ]; do
      case $entry in *"$words"*) printf 'line %s\\n' "$entry" ;; esac
    done <"$file"
  fi
  echo end
}`;
}

/**
 * Adds a line, in one write behind what is there: a new file in the old one's place would lose its owner, its lists of access and
 * its links. Prints `added`, or `failed` and the reason; `left` and the reason where a part of the line could not be taken back.
 *
 * A full disk can cut a line. It is looked for afterwards, therefore, and what was added is cut off again where nobody else can have
 * added something meanwhile. (`dd` cuts a file where it is told to begin.)
 */
export function addLineScript(line: string): string {
  return `has_line() {
  while IFS= read -r entry || [ -n "$entry" ]; do
    [ "$entry" = "$line" ] && return 0
  done <"$file"
  return 1
}
size_of() { set -- $(wc -c <"$file"); echo "\${1:-0}"; }
undo() {
  [ -e "$file" ] || return 0
  now=$(size_of)
  [ "$now" -gt "$size" ] || [ -n "$is_new" ] || return 0
  [ "$((now - size))" -le "$((\${#line} + 2))" ] || return 1
  # A link that led nowhere is not ours to remove.
  if [ -n "$is_new" ] && [ ! -L "$file" ]; then rm -f "$file"; else dd if=/dev/null of="$file" bs=1 seek="$size" 2>/dev/null; fi || return 1
}
give_up() {
  if undo; then echo "failed $1"; else echo "left $1"; fi
  [ -z "$has_made" ] || rmdir "$folder" 2>/dev/null
}
main() {
${PLACES}
  line=${quoteForShell(line)}
  has_made=
  is_new=
  if [ ! -d "$folder" ]; then
    said=$(mkdir "$folder" 2>&1) || { echo "failed $said"; return; }
    has_made=yes
  fi
  size=0
  if [ -e "$file" ]; then size=$(size_of); else is_new=yes; fi
  break=
  # The shell drops a NUL, so the last byte is counted, not compared.
  if [ "$size" -gt 0 ] && [ $(tail -c 1 "$file" | wc -l) -eq 0 ]; then break='
'; fi
  said=$( { printf '%s%s\\n' "$break" "$line" >>"$file"; } 2>&1 ) || { give_up "\${said:-I/O error}"; return; }
  if has_line; then echo added; else give_up 'the line did not arrive whole'; fi
}`;
}
