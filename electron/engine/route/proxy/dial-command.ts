import { type ChildProcess, spawn } from 'node:child_process';
import type { ProxySetting } from '#shared/proxy.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { makeServerLineSafe } from '../../ssh/server-text.ts';
import type { Carrier } from '../carrier.ts';
import { JoinedStream } from '../joined-stream.ts';
import { expandCommand } from './command-tokens.ts';

/** How long a program may take to go once its connection is over. */
const GOODBYE_MS = 2_000;

/** What a program said last is worth showing; all that it said is not worth keeping. */
const KEPT_WORDS = 1_000;

/**
 * Runs the program whose input and output is the connection to a server (ssh_config(5), ProxyCommand), by the user's
 * shell as ssh does. Fails when the user did not allow this very command, or when it cannot be started. The program is
 * ended with the stream, its children too.
 */
export function dialCommand(
  proxy: Extract<ProxySetting, { kind: 'command' }>,
  server: Server,
): Promise<Result<Carrier, TunnelError>> {
  const { command, allowed } = proxy;
  if (allowed !== command) return Promise.resolve(fail({ code: 'commandNotAllowed', command }));
  const expanded = expandCommand(command, server);
  if (!expanded.ok)
    return Promise.resolve(fail({ code: 'commandUnusable', command, detail: expanded.error }));
  const child = start(expanded.value);
  return new Promise((resolve) => {
    child.once('error', ({ message }) =>
      resolve(fail({ code: 'commandUnusable', command, detail: message })),
    );
    child.once('spawn', () => resolve(succeed(carrierOf(child, command))));
  });
}

type Piped = ReturnType<typeof start>;

function start(command: string) {
  const options = {
    stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that a pipeline can be ended as one.
    detached: process.platform !== 'win32',
    windowsHide: true,
  };
  if (process.platform === 'win32') return spawn(command, { ...options, shell: true });
  return spawn(process.env.SHELL || '/bin/sh', ['-c', `exec ${command}`], options);
}

function carrierOf(child: Piped, command: string): Carrier {
  let words = '';
  let exit: { readonly code: number | null } | null = null;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    words = (words + text).slice(-KEPT_WORDS);
  });
  child.stdin.on('error', () => {});
  const stream = new JoinedStream({
    readable: child.stdout,
    writable: child.stdin,
    isCongested: () => false,
    onDrain: () => () => {},
    close: () => end(child),
  });
  // Its exit status comes after its last output, and says more than the end of that.
  child.stdout.once('end', () => setTimeout(() => stream.endReading(), GOODBYE_MS).unref());
  child.once('close', (code) => {
    exit = { code };
    stream.endReading();
  });
  return {
    stream,
    attach: () => {},
    explainEnd: () =>
      exit === null
        ? null
        : { code: 'commandEnded', command, exitCode: exit.code, said: makeServerLineSafe(words.trim(), 400) },
  };
}

/** Gently first: `ssh -W`, for one, says goodbye to its server. */
function end(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signal(child, 'SIGTERM');
  const timer = setTimeout(() => signal(child, 'SIGKILL'), GOODBYE_MS);
  child.once('exit', () => clearTimeout(timer));
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // Gone meanwhile.
  }
}
