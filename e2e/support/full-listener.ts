import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type net from 'node:net';
import { closeSocket, dialTcp } from './tcp-client.ts';

/** Somewhere on loopback that never answers whoever connects, neither with yes nor with no. */
export interface FullListener {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Accepts nobody, as its only thread sleeps for ever, and lets one client wait. */
const PROGRAM = `
  const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** Starts one and fills its queue: from then on Linux drops what comes (listen(2), backlog), as a dead network would. */
export async function startFullListener(): Promise<FullListener> {
  const program = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(program, 'exit');
  const [text] = (await once(program.stdout, 'data')) as [Buffer];
  const port = Number(text.toString());
  // One more than its backlog.
  const waiting: net.Socket[] = [await dialTcp(port), await dialTcp(port)];
  let closed: Promise<void> | null = null;
  const end = async () => {
    program.kill('SIGKILL');
    await ended;
    await Promise.all(waiting.map(closeSocket));
  };
  return {
    host: '127.0.0.1',
    port,
    close: () => {
      closed ??= end();
      return closed;
    },
  };
}
