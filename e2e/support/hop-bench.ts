import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, expect } from 'vitest';
import type { HopTool } from '#shared/second-hop.ts';
import { hopScript } from '../../electron/engine/server/second-hop/hop-script.ts';
import { readHopLine, readHopWords } from '../../electron/engine/server/second-hop/hop-words.ts';
import { eventually } from './eventually.ts';
import { findFreePort } from './free-port.ts';

/** The script of a second hop in a shell of this computer, as sshd would have it there. */
export interface RunningHop {
  readonly shell: ChildProcessWithoutNullStreams;
  words(): ReturnType<typeof readHopWords>;
  /** Whether it takes clients, by the last that it said of it. */
  room(): 'full' | 'free' | undefined;
  /** Tells it once that we are there. */
  beat(): void;
}

/** One to a target of its own, which it is told twice a second that we are there, until `stopTelling`. */
export interface ToldHop extends RunningHop {
  readonly port: number;
  stopTelling(): void;
}

/** What runs hops for one test file. */
export interface HopBench {
  /** Undone after the last test. */
  readonly open: (() => void)[];
  run(shellCommand: readonly string[], script: string): RunningHop;
  /** Resolves once it listens. */
  start(shellCommand: readonly string[], tool: HopTool, maxClients?: number): Promise<ToldHop>;
}

/** Call it once at the top of a test file. */
export function hopBench(): HopBench {
  const open: (() => void)[] = [];
  afterAll(() => {
    for (const close of open.splice(0)) close();
  });

  /** A target that repeats what it hears, and says goodbye a moment after the other side has ended. */
  async function startTarget(): Promise<number> {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => socket.write(data));
      socket.on('end', () => setTimeout(() => socket.end('goodbye'), 700));
      open.push(() => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push(() => server.close());
    return (server.address() as net.AddressInfo).port;
  }

  function run(shellCommand: readonly string[], script: string): RunningHop {
    const [program = '', ...args] = shellCommand;
    // As under sshd: a session of its own, so that a kill of a whole group would hit nobody else.
    const shell = spawn(program, args, { detached: true });
    open.push(() => shell.kill('SIGKILL'));
    shell.stdin.on('error', () => {});
    let said = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (data) => (said += data));
    shell.stdin.write(script);
    const room = () => {
      const kinds = said.split('\n').map((line) => readHopLine(line).kind);
      return kinds.findLast((kind) => kind === 'full' || kind === 'free');
    };
    return { shell, words: () => readHopWords(said), room, beat: () => shell.stdin.write('\n') };
  }

  async function start(shellCommand: readonly string[], tool: HopTool, maxClients?: number) {
    const target = await startTarget();
    const port = await findFreePort();
    const order = { port, target: { host: '127.0.0.1', port: target } };
    const hop = run(shellCommand, hopScript(tool, order, maxClients));
    await eventually(() => expect(hop.words()).toEqual({ kind: 'listening' }));
    hop.beat();
    const telling = setInterval(hop.beat, 500);
    const stopTelling = () => clearInterval(telling);
    open.push(stopTelling);
    return { ...hop, port, stopTelling };
  }

  return { open, run, start };
}
