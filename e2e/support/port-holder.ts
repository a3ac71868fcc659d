import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program of its own that listens on a port and does nothing else. */
export interface PortHolder {
  readonly port: number;
  readonly pid: number;
  /** Ends the program; the port is free then. */
  close(): Promise<void>;
}

/** Whom the program is to belong to; only root may choose. */
export interface PortHolderOptions {
  readonly uid?: number;
  readonly gid?: number;
}

const program = `
  const server = require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1');
  server.on('listening', () => process.stdout.write('listening\\n'));
  process.stdin.resume().on('end', () => process.exit());
`;

/** Starts one on 127.0.0.1. It ends with us, too. */
export async function startPortHolder(port: number, options: PortHolderOptions = {}): Promise<PortHolder> {
  const { uid, gid } = options;
  const child = spawn(process.execPath, ['-e', program, String(port)], {
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  if (child.exitCode !== null) throw new Error(`Nobody could listen on port ${port}.`);
  return { port, pid: pidOf(child), close: () => end(child, ended) };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The program was not started.');
  return pid;
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.stdin?.end();
  await ended;
}
