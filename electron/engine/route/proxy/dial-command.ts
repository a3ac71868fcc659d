import { spawn } from 'node:child_process';
import type { ProxySetting } from '#shared/proxy.ts';
import { fail, type Result, succeed } from '#shared/result.ts';
import type { Server } from '#shared/server.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { expandCommand } from '../../expand-command.ts';
import { makeServerLineSafe } from '../../ssh/server-text.ts';
import type { Carrier } from '../carrier.ts';
import { JoinedStream } from '../joined-stream.ts';
import type { ProgramGroups } from './program-groups.ts';

/** How long after its last output a program may take to end and so to say why, in milliseconds. */
const EXIT_WAIT_MS = 2_000;

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
  programs: ProgramGroups,
): Promise<Result<Carrier, TunnelError>> {
  const { command, allowed } = proxy;
  if (allowed !== command) return Promise.resolve(fail({ code: 'commandNotAllowed', command }));
  const values = tokenValues(server);
  const expanded = expandCommand(command, (token) => values[token]);
  if (!expanded.ok)
    return Promise.resolve(fail({ code: 'commandUnusable', command, detail: expanded.error }));
  const child = start(expanded.value);
  return new Promise((resolve) => {
    child.once('error', ({ message }) =>
      resolve(fail({ code: 'commandUnusable', command, detail: message })),
    );
    child.once('spawn', () => resolve(succeed(carrierOf(child, command, programs))));
  });
}

/** What a profile's command may name (ssh_config(5), ProxyCommand). */
function tokenValues({ host, port, user }: Server): Readonly<Record<string, string>> {
  return { h: host, n: host, p: String(port), r: user };
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

function carrierOf(child: Piped, command: string, programs: ProgramGroups): Carrier {
  // It was spawned, so it has one.
  const leader = child.pid as number;
  programs.add(leader);
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
    close: () => programs.end(leader),
  });
  // From then on it is through: what it said on the way there is not why it ends.
  child.stdout.once('data', () => {
    words = '';
  });
  // Its exit status comes after its last output, and says more than the end of that.
  child.stdout.once('end', () => setTimeout(() => stream.endReading(), EXIT_WAIT_MS).unref());
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
