import { fail, type Result, succeed } from '#shared/result.ts';
import type { Channel, ChannelSource } from '../forward/channel-source.ts';
import { type CommandRefusal, openCommand } from './open-command.ts';
import { textAfterLine } from './whole-line.ts';

/** What a command on the server left behind. */
export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it, or when the server did not say. */
  readonly exitCode: number | null;
}

/** Why there is no outcome. */
export type CommandFailure =
  | CommandRefusal
  | { readonly reason: 'timedOut' }
  /** The line that the standard input waited for did not come in time; `said` is what came instead, perhaps nothing. */
  | { readonly reason: 'neverReady'; readonly said: string }
  /** It said more than was allowed, and was ended. */
  | { readonly reason: 'tooMuch' };

/** What a command is given, and how much of it. */
export interface CommandLimits {
  /** Written to the command's standard input, which ends with the channel: when the command has ended, or we give up. */
  readonly stdin?: string;
  /**
   * Keeps the standard input back until the command has printed this line. A server may run something else in place of
   * our command (`ForceCommand`), and that must not be fed what was not meant for it.
   */
  readonly stdinAfterLine?: string;
  readonly timeoutMs?: number;
  /** Of standard output and of standard error, each. */
  readonly maxBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** A login shell's own words may come before an awaited line, but not a flood of them. */
const LINE_SEARCH_BYTES = 64 * 1024;

/**
 * Runs one command on the server over the session and gives what it said, as UTF-8. Never rejects. A command that says
 * too much or takes too long is abandoned: it is sent SIGKILL (RFC 4254 section 6.9), and its channel is closed. OpenSSH
 * passes signals on from 7.9, and never to what runs in place of a command (`ForceCommand`); where none arrives, the end
 * of standard input and output remains, which does not end a program that looks at neither.
 */
export async function runCommand(
  source: ChannelSource,
  command: string,
  limits: CommandLimits = {},
): Promise<Result<CommandOutcome, CommandFailure>> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = limits;
  const deadline = performance.now() + timeoutMs;
  const opening = openCommand(source, command);
  const opened = await within(timeoutMs, source, opening);
  if (opened === 'timedOut' || opened === 'sessionLost') {
    void opening.then((late) => late.ok && abandon(source, late.value));
    return fail({ reason: opened });
  }
  if (!opened.ok) return opened;
  const channel = opened.value;
  const feeding: Feeding = { isOver: false, heard: () => '' };
  const outcome = await within(deadline - performance.now(), source, collect(channel, limits, feeding));
  if (typeof outcome !== 'string') return succeed(outcome);
  const isFed = feeding.isOver;
  feeding.isOver = true;
  if (outcome !== 'sessionLost') abandon(source, channel);
  return fail(
    outcome === 'timedOut' && !isFed ? { reason: 'neverReady', said: feeding.heard() } : { reason: outcome },
  );
}

/** Waits for a promise, but not longer than so many milliseconds, nor than the session lives. */
function within<Value>(
  timeoutMs: number,
  source: ChannelSource,
  promise: Promise<Value>,
): Promise<Value | 'timedOut' | 'sessionLost'> {
  return new Promise((resolve) => {
    const settle = (value: Value | 'timedOut' | 'sessionLost') => {
      clearTimeout(timer);
      stopWatching();
      resolve(value);
    };
    const timer = setTimeout(() => settle('timedOut'), Math.max(0, timeoutMs));
    const stopWatching = source.onLost(() => settle('sessionLost'));
    void promise.then(settle);
  });
}

/** Whether the standard input was written, or need not be written any more. */
interface Feeding {
  isOver: boolean;
  /** What the command has said so far. */
  heard: () => string;
}

function collect(
  channel: Channel,
  { stdin = '', stdinAfterLine, maxBytes = DEFAULT_MAX_BYTES }: CommandLimits,
  feeding: Feeding,
): Promise<CommandOutcome | 'tooMuch'> {
  return new Promise((resolve) => {
    const stdout = new Collected(maxBytes);
    const stderr = new Collected(maxBytes);
    let exitCode: number | null = null;
    feeding.heard = () => `${stdout.text()} ${stderr.text()}`.trim();
    const feed = () => {
      if (feeding.isOver || (stdinAfterLine !== undefined && !stdout.hasLine(stdinAfterLine))) return;
      feeding.isOver = true;
      channel.write(stdin);
    };
    const take = (into: Collected) => (chunk: Buffer) => {
      if (!into.add(chunk)) resolve('tooMuch');
      feed();
    };
    channel.on('error', () => {}); // 'close' follows and says all that matters
    channel.on('data', take(stdout));
    channel.stderr.on('data', take(stderr));
    channel.once('exit', (code: number | null) => {
      exitCode = code;
    });
    channel.once('close', () => {
      feeding.isOver = true;
      resolve({ stdout: stdout.text(), stderr: stderr.text(), exitCode });
    });
    feed();
  });
}

function abandon(source: ChannelSource, channel: Channel): void {
  channel.on('error', () => {});
  channel.resume();
  channel.stderr.resume();
  if (source.isLost()) return;
  channel.signal('KILL');
  channel.close();
}

/** Bytes up to a limit. */
class Collected {
  readonly #chunks: Buffer[] = [];
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** False once it is too much; then nothing is kept. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) return false;
    this.#chunks.push(Buffer.from(chunk));
    return true;
  }

  /** Claims that a whole line has come; not looked for behind too many other words. */
  hasLine(line: string): boolean {
    return this.#bytes <= LINE_SEARCH_BYTES && textAfterLine(this.text(), line) !== null;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
