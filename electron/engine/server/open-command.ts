import { fail, type Result, succeed } from '#shared/result.ts';
import type { Channel, ChannelSource } from '../forward/channel-source.ts';

/** Why a command did not even begin. */
export type CommandRefusal =
  /** The server does not run commands for us; `message` is its own text, for details only. */
  | { readonly reason: 'refused'; readonly message: string }
  /** It does, but not one more at this time (sshd_config(5), MaxSessions). */
  | { readonly reason: 'busy' }
  | { readonly reason: 'sessionLost' };

/** What became of the commands of one session. */
interface SessionCommands {
  hasRun: boolean;
  /** What was asked for and is not answered yet. */
  readonly opening: Set<Promise<unknown>>;
}

const bySession = new WeakMap<ChannelSource, SessionCommands>();

/**
 * Begins a command on the server. Never rejects. A refusal says the same whether commands are forbidden or too many run;
 * it means the latter where this session has run one. One that was asked for at the same time may have got the only
 * place: its answer is waited for first.
 */
export async function openCommand(
  source: ChannelSource,
  command: string,
): Promise<Result<Channel, CommandRefusal>> {
  const commands = bySession.get(source) ?? { hasRun: false, opening: new Set() };
  bySession.set(source, commands);
  const opening = source.openCommand(command).then((answer) => {
    commands.opening.delete(opening);
    commands.hasRun ||= answer.ok;
    return answer;
  });
  commands.opening.add(opening);
  const opened = await opening;
  if (opened.ok) return succeed(opened.value);
  const { reason, message } = opened.error;
  if (reason === 'sessionLost') return fail({ reason });
  if (!commands.hasRun) await Promise.all(commands.opening);
  return fail(commands.hasRun ? { reason: 'busy' } : { reason: 'refused', message });
}
