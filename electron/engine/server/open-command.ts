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
  opening: number;
}

const bySession = new WeakMap<ChannelSource, SessionCommands>();

/**
 * Begins a command on the server. Never rejects. A refusal says the same whether commands are forbidden or too many run;
 * it means the latter where this session has run one, or is about to: one that is asked for at the same time may get
 * the only place.
 */
export async function openCommand(
  source: ChannelSource,
  command: string,
): Promise<Result<Channel, CommandRefusal>> {
  const commands = bySession.get(source) ?? { hasRun: false, opening: 0 };
  bySession.set(source, commands);
  commands.opening += 1;
  const opened = await source.openCommand(command);
  commands.opening -= 1;
  if (opened.ok) {
    commands.hasRun = true;
    return succeed(opened.value);
  }
  const { reason, message } = opened.error;
  if (reason === 'sessionLost') return fail({ reason });
  return fail(commands.hasRun || commands.opening > 0 ? { reason: 'busy' } : { reason: 'refused', message });
}
