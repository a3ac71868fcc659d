import type { ChannelSource } from '../../forward/channel-source.ts';
import { askShell } from '../ask-shell.ts';

/** A process on the server, told from a later one that got the same number. */
export interface ServerProcess {
  readonly pid: number;
  /** When it began, in whatever words the server's system has for that; only ever compared. */
  readonly startedAs: string;
}

/** What became of the wish to end a process. */
export type EndOutcome =
  | { readonly status: 'ended' }
  /** It is there no more, or is another by now: nothing was touched. */
  | { readonly status: 'gone' }
  /** It was told to end and is still there, or the account may not tell it; `said` is the server's text, raw. */
  | { readonly status: 'refused'; readonly said: string }
  | { readonly status: 'unanswered' };

/** Learns when a process began. Null when the server does not tell. */
export async function identifyProcess(source: ChannelSource, pid: number): Promise<ServerProcess | null> {
  const answer = await ask(source, `printf 'started %s\\n' "$(started ${checked(pid)})"`);
  const startedAs = /^started (\S.*)$/m.exec(answer ?? '')?.[1];
  return startedAs === undefined ? null : { pid, startedAs };
}

/** Which of these processes still run; null when the server does not tell. */
export async function stillRunning(
  source: ChannelSource,
  processes: readonly ServerProcess[],
): Promise<readonly ServerProcess[] | null> {
  if (processes.length === 0) return [];
  const lines = processes.map(({ pid }) => `printf 'process %s %s\\n' ${checked(pid)} "$(started ${pid})"`);
  const answer = await ask(source, lines.join('\n'));
  if (answer === null) return null;
  const found = new Set(answer.split('\n'));
  return processes.filter(({ pid, startedAs }) => found.has(`process ${pid} ${startedAs}`));
}

/**
 * Ends a process of our own account (SIGTERM), if it is still the one that was identified: that is looked at in the
 * same breath. Waits up to 3 s for it to be gone.
 */
export async function endProcess(source: ChannelSource, process: ServerProcess): Promise<EndOutcome> {
  const pid = checked(process.pid);
  const answer = await ask(
    source,
    `if [ "$(started ${pid})" != '${harmless(process.startedAs)}' ]; then echo gone; return; fi
kill -TERM ${pid} 2>&1 | sed 's/^/said /'
for i in 1 2 3; do
  if [ "$(started ${pid})" != '${harmless(process.startedAs)}' ]; then echo ended; return; fi
  sleep 1
done`,
  );
  if (answer === null) return { status: 'unanswered' };
  const words = answer.split('\n');
  if (words.includes('gone')) return { status: 'gone' };
  if (words.includes('ended')) return { status: 'ended' };
  return {
    status: 'refused',
    said: words
      .filter((word) => word.startsWith('said '))
      .join(' ')
      .slice(5),
  };
}

/**
 * The start of a process: on Linux in clock ticks since boot (proc_pid_stat(5), field 22; the name before may hold
 * blanks), elsewhere as `ps` writes it. A process that has ended but waits for its parent counts as gone.
 */
const STARTED = `started() {
  if [ -r "/proc/$1/stat" ]; then
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | { read -r state a b c d e f g h i j k l m n o p q r start rest && [ "$state" != Z ] && echo "$start"; }
  elif [ ! -r /proc/self/stat ]; then
    ps -o lstart= -p "$1" 2>/dev/null
  fi
}`;

/** Runs shell lines; null when the server runs something else, or nothing. */
async function ask(source: ChannelSource, lines: string): Promise<string | null> {
  const answered = await askShell(source, `main() {\nLC_ALL=C\nexport LC_ALL\n${lines}\n}\n${STARTED}`);
  return answered.ok ? answered.value : null;
}

/** What goes into a program's text is a process number, or a mistake of ours; never 0, 1 or a group. */
function checked(pid: number): number {
  if (!Number.isInteger(pid) || pid < 2) throw new Error('That is no process to ask about.');
  return pid;
}

/** The server's own words, back to it: nothing that could end the quotes. */
function harmless(text: string): string {
  return text.replace(/[^\w :.,+-]/g, '');
}
