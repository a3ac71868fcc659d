/**
 * A POSIX sh script, for the standard input, that runs the `main` of these definitions, and ends with all that it started
 * when `main` is done, when `seconds` are over, or when the standard input ends, as it does with the session. Otherwise
 * a program that hangs there, or one that floods us and does not mind that nobody listens (SIGPIPE), would run for ever:
 * sshd ends nothing, and every look would leave another.
 *
 * The shell has read it all before anything runs, so that nothing in it can eat the script. `kill -KILL -PID` in this form is
 * the one that dash, bash and BusyBox all take; it names a group only where the shell leads one (see `shellCommand`). Without
 * `sleep` there is no limit of time, and the end of the input has to do.
 */
export function guardedScript(definitions: string, seconds: number): string {
  return `{
${definitions.trimEnd()}
end() { kill -KILL "-$$" 2>/dev/null; kill -KILL $timer $reader "$$" 2>/dev/null; }
timer=
reader=
exec 3<&0 </dev/null
(
  left=${seconds}
  while [ "$left" -gt 0 ]; do
    sleep 1 || exit
    left=$((left - 1))
  done
  end
) >/dev/null 2>&1 3<&- &
timer=$!
(
  while read -r line; do :; done
  end
) <&3 >/dev/null 2>&1 3<&- &
reader=$!
main 3<&-
end
}
`;
}
