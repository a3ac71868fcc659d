import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { redact } from './redact.ts';

/** Where the host writes down what happened, for whoever looks into a problem later. Holds no secret. */
export interface Log {
  info(message: string): void;
  warning(message: string): void;
  /** `cause` is what was thrown, if something was: its stack is written too. */
  error(message: string, cause?: unknown): void;
}

interface LogFileOptions {
  readonly path: string;
  /** At this size, in bytes, the file becomes `<path>.old`, in the place of the one before, and a new one begins. */
  readonly maxBytes?: number;
  readonly now?: () => Date;
  /** Shows each line to a developer as well. */
  readonly echo?: (line: string) => void;
}

/** Far more than a problem needs, far less than anybody would miss. */
const DEFAULT_MAX_BYTES = 1024 * 1024;
/** Of one line, in characters: a stack fits, a page of somebody's data does not. */
const MAX_LINE_LENGTH = 8_000;

/**
 * A log in a file, one line a message, of at most two times `maxBytes` with its predecessor. Lines are written at
 * once, because the last ones before a crash matter most. A disk that refuses costs the lines, not the app.
 */
export function openLog(options: LogFileOptions): Log {
  const { path, maxBytes = DEFAULT_MAX_BYTES, now = () => new Date(), echo } = options;
  let bytes = prepare(path);

  const write = (level: string, message: string) => {
    const line = `${now().toISOString()} ${level} ${oneLine(redact(message))}\n`;
    echo?.(line);
    try {
      const size = Buffer.byteLength(line);
      if (bytes > 0 && bytes + size > maxBytes) {
        renameSync(path, `${path}.old`);
        bytes = 0;
      }
      appendFileSync(path, line, { mode: 0o600 });
      bytes += size;
    } catch {
      // Full, read-only or gone: there is nowhere left to say so.
    }
  };
  return {
    info: (message) => write('info', message),
    warning: (message) => write('warning', message),
    error: (message, cause) => write('error', cause === undefined ? message : `${message}: ${words(cause)}`),
  };
}

function prepare(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
}

function words(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

/** Line breaks become visible marks, so that nothing can pretend to be a line of its own. */
function oneLine(text: string): string {
  const line = text
    .replace(/\r?\n\s*/g, ' | ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes must not reach a terminal
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)} (cut)` : line;
}
